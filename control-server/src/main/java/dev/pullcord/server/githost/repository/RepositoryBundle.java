package dev.pullcord.server.githost.repository;

import dev.pullcord.git.IsolatedGit;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.eclipse.jgit.transport.BundleWriter;
import org.eclipse.jgit.transport.PackParser;

/**
 * Writes a repository that may be in use into one file, a git bundle that {@code git clone} reads
 * too, and makes a repository of such a file. It takes no lock and deletes nothing: what a running
 * server does to its packs meanwhile does no harm.
 */
public final class RepositoryBundle {
  /** Under this name the bundle leads to a commit that no branch leads to. */
  private static final String KEPT = "refs/pullcord/kept/";

  private static final String SIGNATURE = "# v2 git bundle";
  private static final Pattern LINE = Pattern.compile("[0-9a-f]{40} (HEAD|refs/.+)");
  private static final int LINE_MAX_BYTES = 4096;

  private RepositoryBundle() {}

  /**
   * Writes all refs, all that they lead to, and further commits.
   *
   * @param gitDir the bare repository
   * @param objects ids of what has to be in it too; those that are no commits here are left out
   * @param out gets the bundle, nothing where the repository is empty; stays open
   * @return the refs with their commits, in order of name
   */
  public static Map<String, String> write(Path gitDir, Collection<String> objects, OutputStream out)
      throws IOException {
    try (FileRepository repository = open(gitDir)) {
      Map<String, String> refs = new TreeMap<>();
      for (Ref ref : repository.getRefDatabase().getRefsByPrefix("refs/")) {
        ObjectId id = ref.getObjectId();
        if (id != null && !ref.isSymbolic()) {
          refs.put(ref.getName(), id.name());
        }
      }
      BundleWriter writer = new BundleWriter(repository);
      PackConfig packs = new PackConfig(repository);
      packs.setDeltaCompress(false); // those that are there are used again; no time for others
      writer.setPackConfig(packs);
      ObjectId head = repository.resolve(Constants.HEAD);
      if (head != null) {
        writer.include(Constants.HEAD, head); // so that git clone knows what to check out
      }
      refs.forEach((name, id) -> writer.include(name, ObjectId.fromString(id)));
      int kept = 0;
      try (RevWalk walk = new RevWalk(repository)) {
        for (String id : objects) {
          if (isCommit(walk, id)) {
            writer.include(KEPT + id, ObjectId.fromString(id));
            kept++;
          }
        }
      }
      if (!refs.isEmpty() || kept > 0) {
        writer.writeBundle(NullProgressMonitor.INSTANCE, out);
      }
      return refs;
    }
  }

  /**
   * Makes an empty bare repository into what the bundle holds, and checks that nothing is missing.
   *
   * @param in the bundle, or nothing at all for a repository that was empty
   */
  public static void read(InputStream in, Path gitDir) throws IOException {
    InputStream bundle = new BufferedInputStream(in);
    Map<String, String> refs = header(bundle);
    if (refs.isEmpty()) {
      return;
    }
    try (FileRepository repository = open(gitDir)) {
      try (ObjectInserter inserter = repository.newObjectInserter()) {
        PackParser parser = inserter.newPackParser(bundle);
        parser.parse(NullProgressMonitor.INSTANCE);
        inserter.flush();
      }
      requireAll(repository, refs.values());
      for (Map.Entry<String, String> ref : refs.entrySet()) {
        if (ref.getKey().startsWith("refs/") && !ref.getKey().startsWith(KEPT)) {
          point(repository, ref.getKey(), ObjectId.fromString(ref.getValue()));
        }
      }
    }
  }

  private static void point(Repository repository, String name, ObjectId id) throws IOException {
    RefUpdate update = repository.updateRef(name);
    update.setNewObjectId(id);
    update.disableRefLog();
    RefUpdate.Result result = update.forceUpdate();
    if (result != RefUpdate.Result.NEW && result != RefUpdate.Result.NO_CHANGE) {
      throw new IOException(name + " could not be made: " + result);
    }
  }

  private static void requireAll(Repository repository, Collection<String> ids) throws IOException {
    try (ObjectWalk walk = new ObjectWalk(repository)) {
      for (String id : ids) {
        walk.markStart(walk.parseAny(ObjectId.fromString(id)));
      }
      walk.checkConnectivity();
    } catch (MissingObjectException | IncorrectObjectTypeException e) {
      throw new IOException("the repository is not whole: " + e.getMessage(), e);
    }
  }

  private static boolean isCommit(RevWalk walk, String id) throws IOException {
    try {
      walk.parseCommit(ObjectId.fromString(id));
      return true;
    } catch (MissingObjectException | IncorrectObjectTypeException _) {
      return false;
    }
  }

  private static FileRepository open(Path gitDir) throws IOException {
    IsolatedGit.install(RepositoryFiles.MEMORY);
    FileRepository repository = new FileRepository(gitDir.toFile());
    if (!repository.getObjectDatabase().exists()) {
      repository.close();
      throw new IOException(gitDir + " is no git repository");
    }
    return repository;
  }

  private static Map<String, String> header(InputStream in) throws IOException {
    Map<String, String> refs = new LinkedHashMap<>();
    String first = line(in);
    if (first.isEmpty()) {
      return refs;
    }
    String next = line(in);
    while (first.equals(SIGNATURE) && LINE.matcher(next).matches()) {
      refs.put(next.substring(next.indexOf(' ') + 1), next.substring(0, next.indexOf(' ')));
      next = line(in);
    }
    if (!next.isEmpty() || refs.isEmpty()) {
      throw new IOException("the repository's bundle does not begin as one");
    }
    return refs;
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
      if (line.size() > LINE_MAX_BYTES) {
        throw new IOException("the repository's bundle does not begin as one");
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
