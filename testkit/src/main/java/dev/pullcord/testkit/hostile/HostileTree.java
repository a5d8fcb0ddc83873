package dev.pullcord.testkit.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;

/** Writes trees byte by byte, as no git would, into a bare repository of its own. */
public final class HostileTree implements AutoCloseable {
  public static final String MANIFEST =
      """
      version: 1
      bundles:
        search: {paths: [search/], on-change: nothing}
        tasks: {paths: [tasks/, run.sh]}
      workers:
        grep: {kind: process, run: [run.sh]}
      """;

  private final Repository repository;
  private final ObjectInserter inserter;
  private final Set<ObjectId> inserted = new LinkedHashSet<>();

  public HostileTree(Path bare) {
    try {
      repository = new FileRepository(bare.toFile());
      repository.create(true);
      inserter = repository.newObjectInserter();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Repository repository() {
    return repository;
  }

  public ObjectId blob(String content) {
    return blob(content.getBytes(StandardCharsets.UTF_8));
  }

  public ObjectId blob(byte[] content) {
    return insert(Constants.OBJ_BLOB, content);
  }

  /** Entries in the order given: mode, name, object; three values each. */
  public ObjectId tree(Object... entries) {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    for (int i = 0; i < entries.length; i += 3) {
      raw.writeBytes(((String) entries[i]).getBytes(StandardCharsets.US_ASCII));
      raw.write(' ');
      Object name = entries[i + 1];
      raw.writeBytes(
          name instanceof byte[] bytes ? bytes : ((String) name).getBytes(StandardCharsets.UTF_8));
      raw.write(0);
      byte[] id = new byte[20];
      ((ObjectId) entries[i + 2]).copyRawTo(id, 0);
      raw.writeBytes(id);
    }
    return insert(Constants.OBJ_TREE, raw.toByteArray());
  }

  /** A root with the usual manifest and these entries below {@code search/}. */
  public ObjectId withSearch(Object... entries) {
    return tree(
        "100644",
        "pullcord.yaml",
        blob(MANIFEST),
        "100755",
        "run.sh",
        blob("#!/bin/sh\n"),
        "40000",
        "search",
        tree(entries));
  }

  public String commit(ObjectId tree) {
    return commit(tree, "refs/heads/main");
  }

  public String commit(ObjectId tree, String ref) {
    CommitBuilder commit = new CommitBuilder();
    commit.setTreeId(tree);
    PersonIdent ada =
        new PersonIdent(
            "Ada", "ada@example.org", Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    commit.setAuthor(ada);
    commit.setCommitter(ada);
    commit.setMessage("hostile\n");
    try {
      ObjectId id = insert(Constants.OBJ_COMMIT, commit.build());
      RefUpdate head = repository.updateRef(ref);
      head.setNewObjectId(id);
      head.forceUpdate();
      return id.name();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An object of any bytes. */
  public ObjectId insert(int type, byte[] content) {
    try {
      ObjectId id = inserter.insert(type, content);
      inserter.flush();
      inserted.add(id);
      return id;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every object made since the pack before, as a remote that knows no shame sends them. */
  public byte[] pack() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RevWalk walk = new RevWalk(repository);
        PackWriter writer = new PackWriter(repository)) {
      List<RevObject> all = new ArrayList<>();
      for (ObjectId id : inserted) {
        all.add(walk.lookupAny(id, walk.getObjectReader().open(id).getType()));
      }
      writer.preparePack(all.iterator());
      NullProgressMonitor quiet = NullProgressMonitor.INSTANCE;
      writer.writePack(quiet, quiet, out);
      inserted.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    inserter.close();
    repository.close();
  }
}
