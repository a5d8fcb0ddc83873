package dev.pullcord.agent.source;

import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.BiConsumer;
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
 * A repository of its own with a few commits, for a rehearsal of what the first push will need; it
 * is deleted afterwards.
 */
public final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final String BRANCH = "main";
  private static final String MANIFEST =
      "version: 1\nbundles: {all: {paths: [f]}}\ncheck: [{run: [\"true\"]}]\n";
  private static final List<String> CONTENTS = List.of("one", "two", "three");

  private Rehearsal() {}

  /**
   * Owns its failures: without it the first push is slower, nothing more.
   *
   * @param place where all of it is, and nothing afterwards
   * @param play given each commit, and where it comes from
   */
  public static void run(Path place, BiConsumer<Source, CommitId> play) {
    try {
      FileTrees.delete(place);
      rehearse(place, play);
    } catch (IOException | RuntimeException e) {
      LOG.info("the rehearsal of a push failed: {}", e.getMessage());
    } finally {
      discard(place);
    }
  }

  private static void rehearse(Path place, BiConsumer<Source, CommitId> play) throws IOException {
    Path remote = place.resolve("remote.git");
    GitRemote url = GitRemote.ofPublic(remote.toUri().toString(), BRANCH);
    try (Repository repository = create(remote);
        GitSource source =
            new GitSource(place.resolve("mirror.git"), place.resolve("aside"), url)) {
      ObjectId last = null;
      for (String content : CONTENTS) {
        last = commit(repository, content, last);
        play.accept(source, new CommitId(last.name()));
      }
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
      FileTrees.delete(place);
    } catch (IOException e) {
      LOG.debug("{} stays until the next start", place, e);
    }
  }
}
