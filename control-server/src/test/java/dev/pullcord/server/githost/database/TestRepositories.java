package dev.pullcord.server.githost.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.githost.Git;
import dev.pullcord.server.githost.entry.RefMoves;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.githost.repository.Upkeep;
import dev.pullcord.server.store.RepositoryTable;
import dev.pullcord.server.store.Store;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.jspecify.annotations.Nullable;

/** Somebody's clone, what it pushes, and what disks and databases hold afterwards. */
final class TestRepositories {
  static final String MAIN = "refs/heads/main";

  private final Path directory;
  private final FileRepository clone;
  private int disks;

  TestRepositories(Path directory) throws IOException {
    this.directory = directory;
    clone = (FileRepository) RepositoryStore.create(directory.resolve("clone"), "c").repository();
  }

  /** A folder of repositories with nothing in it. */
  Path emptyDisk() {
    return directory.resolve("disk-" + ++disks);
  }

  /** A folder with an empty repository, as {@code init} makes it. */
  Path newDisk() throws IOException {
    Path disk = emptyDisk();
    RepositoryStore.create(Files.createDirectories(disk), "fleet").close();
    return disk;
  }

  /** Makes a commit with this content. */
  ObjectId commit(@Nullable ObjectId parent, byte[] content) throws IOException {
    try (ObjectInserter inserter = clone.newObjectInserter()) {
      TreeFormatter tree = new TreeFormatter();
      tree.append("f", FileMode.REGULAR_FILE, inserter.insert(Constants.OBJ_BLOB, content));
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(inserter.insert(tree));
      commit.setAuthor(new PersonIdent("Ada", "ada@example.org"));
      commit.setCommitter(commit.getAuthor());
      commit.setMessage("c");
      if (parent != null) {
        commit.setParentId(parent);
      }
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      return id;
    }
  }

  ObjectId commit(@Nullable ObjectId parent, String content) throws IOException {
    return commit(parent, Constants.encode(content));
  }

  /** Brings what the new commit has and the old one has not, in a pack. */
  void send(RepositoryStore to, @Nullable ObjectId have, ObjectId want) throws IOException {
    ByteArrayOutputStream pack = new ByteArrayOutputStream();
    try (PackWriter writer = new PackWriter(clone)) {
      Set<ObjectId> known = have == null ? PackWriter.NONE : Set.of(have);
      writer.preparePack(NullProgressMonitor.INSTANCE, Set.of(want), known);
      writer.writePack(NullProgressMonitor.INSTANCE, NullProgressMonitor.INSTANCE, pack);
    }
    try (ObjectInserter inserter = to.repository().newObjectInserter()) {
      inserter
          .newPackParser(new ByteArrayInputStream(pack.toByteArray()))
          .parse(NullProgressMonitor.INSTANCE);
      inserter.flush();
    }
  }

  /** A push of one ref; null for one that was not there, or is to go. */
  ReceiveCommand.Result push(
      RepositoryStore to, String ref, @Nullable ObjectId old, @Nullable ObjectId now)
      throws IOException {
    ReceiveCommand command = new ReceiveCommand(orZero(old), orZero(now), ref);
    try (Upkeep.Push _ = to.pushing();
        RevWalk walk = new RevWalk(to.repository())) {
      if (now != null) {
        send(to, old, now);
      }
      new RefMoves(to)
          .move(
              List.of(command),
              walk,
              new PersonIdent("ann", "ann@pullcord"),
              "push",
              new RefMoves.Rules(true, false));
    }
    return command.getResult();
  }

  private static ObjectId orZero(@Nullable ObjectId id) {
    return id == null ? ObjectId.zeroId() : id;
  }

  /** Branches, tags and HEAD of a disk; everything that they lead to is there. */
  static Map<String, String> wholeRefs(RepositoryStore store)
      throws IOException, InterruptedException {
    Path gitDir = store.repository().getDirectory().toPath();
    assertThat(new Git(gitDir).run("rev-list", "--objects", "--all").exit()).isZero();
    Map<String, String> refs = new TreeMap<>();
    for (Ref ref : store.refs("refs/")) {
      refs.put(ref.getName(), ObjectId.toString(ref.getObjectId()));
    }
    refs.put("HEAD", Constants.R_HEADS + store.defaultBranch());
    return refs;
  }

  /** The same of a store. */
  static Map<String, String> refs(Store store) {
    return store.read(tables -> {
      Map<String, String> refs = new TreeMap<>();
      tables.repository().refs().forEach(ref -> refs.put(ref.name(), ref.target()));
      return refs;
    });
  }

  static int packs(Store store) {
    return store.read(tables -> tables.repository().packs().size());
  }

  static RepositoryTable.@Nullable KeptRef main(Store store) {
    return store.read(tables -> tables.repository().ref(MAIN)).orElse(null);
  }
}
