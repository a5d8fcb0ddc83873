package dev.pullcord.agent.source;

import dev.pullcord.agent.host.AtomicFiles;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches and reads two commits of a repository of its own, which is then deleted. What the JVM has
 * to load and learn for a fetch takes longer than the fetch; after this it is done, and the first
 * push after a start is about as fast as the others.
 */
final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final String BRANCH = "main";
  private static final String MANIFEST =
      "version: 1\nbundles: {all: {paths: [f]}}\nworkers: {w: {kind: process, run: [f]}}\n";

  private Rehearsal() {}

  /** Owns its failures: without it the first push is slower, nothing more. */
  static void run(Path temporary) {
    Path place = temporary.resolve("rehearsal");
    try {
      AtomicFiles.deleteTree(place);
      rehearse(place);
    } catch (IOException | RuntimeException e) {
      LOG.info("the rehearsal of a fetch failed: {}", e.getMessage());
    } finally {
      discard(place);
    }
  }

  private static void rehearse(Path place) throws IOException {
    Path remote = place.resolve("remote.git");
    GitRemote url = GitRemote.ofBranch(remote.toUri().toString(), BRANCH);
    try (Repository repository = create(remote);
        GitSource source =
            new GitSource(place.resolve("mirror.git"), place.resolve("aside"), url)) {
      ObjectId first = commit(repository, "one", null);
      source.obtain(new CommitId(first.name()));
      ObjectId second = commit(repository, "two", first);
      source.obtain(new CommitId(second.name()));
    }
  }

  private static Repository create(Path directory) throws IOException {
    Repository repository =
        new FileRepositoryBuilder()
            .setGitDir(directory.toFile())
            .setBare()
            .setFS(FS.DETECTED)
            .build();
    repository.create(true);
    return repository;
  }

  private static ObjectId commit(Repository repository, String content, @Nullable ObjectId parent)
      throws IOException {
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      TreeFormatter tree = new TreeFormatter();
      tree.append("f", FileMode.REGULAR_FILE, blob(inserter, content));
      tree.append("pullcord.yaml", FileMode.REGULAR_FILE, blob(inserter, MANIFEST));
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(inserter.insert(tree));
      if (parent != null) {
        commit.setParentId(parent);
      }
      PersonIdent nobody = new PersonIdent("-", "-", Instant.EPOCH, ZoneOffset.UTC);
      commit.setAuthor(nobody);
      commit.setCommitter(nobody);
      commit.setMessage(content);
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      RefUpdate branch = repository.updateRef(Constants.R_HEADS + BRANCH);
      branch.setNewObjectId(id);
      branch.forceUpdate();
      return id;
    }
  }

  private static ObjectId blob(ObjectInserter inserter, String content) throws IOException {
    return inserter.insert(Constants.OBJ_BLOB, content.getBytes(StandardCharsets.UTF_8));
  }

  private static void discard(Path place) {
    try {
      AtomicFiles.deleteTree(place);
    } catch (IOException e) {
      LOG.debug("{} stays until the next start", place, e);
    }
  }
}
