package dev.pullcord.git.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.git.IsolatedGit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.PackParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnreachableObjectsTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration GRACE = Duration.ofHours(1);

  @TempDir Path directory;
  private FileRepository repository;
  private FileRepository elsewhere;
  private final AtomicBoolean pushing = new AtomicBoolean();
  private Runnable beforeTheyGo = () -> {};
  private UnreachableObjects unreachable;

  @BeforeEach
  void make() throws IOException {
    IsolatedGit.install(new IsolatedGit.Memory(1 << 20, 1 << 20));
    repository = new FileRepository(directory.resolve("a.git").toFile());
    repository.create(true);
    elsewhere = new FileRepository(directory.resolve("b.git").toFile());
    elsewhere.create(true);
    unreachable =
        new UnreachableObjects(
            repository,
            () ->
                repository.getRefDatabase().getRefsByPrefix(Constants.R_REFS).stream()
                    .map(ref -> ref.getObjectId())
                    .toList(),
            work -> {
              if (pushing.get()) {
                return false;
              }
              beforeTheyGo.run();
              work.run();
              return true;
            },
            GRACE);
  }

  @AfterEach
  void close() {
    repository.close();
    elsewhere.close();
  }

  private UnreachableObjects.Sweep look(Instant now) throws IOException {
    return unreachable.run(now);
  }

  /** A commit with one file, made elsewhere. */
  private ObjectId commit(String content, ObjectId... parents) throws IOException {
    try (ObjectInserter inserter = elsewhere.newObjectInserter()) {
      ObjectId blob = inserter.insert(Constants.OBJ_BLOB, content.getBytes(StandardCharsets.UTF_8));
      TreeFormatter tree = new TreeFormatter();
      tree.append("file", FileMode.REGULAR_FILE, blob);
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(inserter.insert(tree));
      commit.setParentIds(parents);
      commit.setAuthor(new PersonIdent("Ada", "ada@example.org"));
      commit.setCommitter(commit.getAuthor());
      commit.setMessage("A commit");
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      return id;
    }
  }

  /** Brings commits in one pack, as a push does before its refs move. */
  private void bring(Set<ObjectId> want, Set<ObjectId> have) throws IOException {
    ByteArrayOutputStream pack = new ByteArrayOutputStream();
    try (PackWriter writer = new PackWriter(elsewhere)) {
      writer.preparePack(NullProgressMonitor.INSTANCE, want, have);
      writer.writePack(NullProgressMonitor.INSTANCE, NullProgressMonitor.INSTANCE, pack);
    }
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      PackParser parser = inserter.newPackParser(new ByteArrayInputStream(pack.toByteArray()));
      parser.parse(NullProgressMonitor.INSTANCE);
      inserter.flush();
    }
  }

  private void move(String branch, ObjectId commit) {
    try {
      RefUpdate update = repository.updateRef(Constants.R_HEADS + branch);
      update.setNewObjectId(commit);
      update.disableRefLog();
      update.forceUpdate();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isThere(ObjectId commit) throws IOException {
    try (FileRepository fresh = new FileRepository(repository.getDirectory());
        RevWalk walk = new RevWalk(fresh)) {
      return fresh.getObjectDatabase().has(commit)
          && fresh.getObjectDatabase().has(walk.parseCommit(commit).getTree());
    }
  }

  private int packs() {
    return new PackMerge(repository).packs();
  }

  private static String much(int seed) {
    byte[] bytes = new byte[20_000];
    new Random(seed).nextBytes(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Test
  void removesWhatARefusedPushHasLeftButNotWithinTheHour() throws IOException {
    ObjectId first = commit("first");
    bring(Set.of(first), Set.of());
    move("main", first);
    ObjectId refused = commit("refused", first);
    bring(Set.of(refused), Set.of(first));

    assertThat(look(NOON)).isEqualTo(new UnreachableObjects.Sweep(3, 0, 0));
    look(NOON.plusSeconds(3599));
    assertThat(isThere(refused)).isTrue();

    assertThat(look(NOON.plusSeconds(3600))).isEqualTo(new UnreachableObjects.Sweep(3, 1, 0));
    assertThat(isThere(refused)).isFalse();
    assertThat(isThere(first)).isTrue();
    assertThat(look(NOON.plusSeconds(3601)).found()).isZero();
  }

  @Test
  void writesAPackAnewThatHoldsBoth() throws IOException {
    ObjectId kept = commit(much(1));
    ObjectId deleted = commit(much(2), kept);
    bring(Set.of(deleted), Set.of());
    move("main", kept);
    move("side", deleted);
    assertThat(look(NOON).found()).isZero();
    move("side", kept);

    look(NOON.plusSeconds(10));
    look(NOON.plusSeconds(3610));

    assertThat(isThere(deleted)).isFalse();
    assertThat(isThere(kept)).isTrue();
    assertThat(packs()).isEqualTo(1);
  }

  @Test
  void keepsWhatAPushHasLedToSinceItWasLookedAt() throws IOException {
    ObjectId refused = commit("refused");
    bring(Set.of(refused), Set.of());
    look(NOON);
    beforeTheyGo = () -> move("main", refused);

    assertThat(look(NOON.plus(GRACE)).packs()).isZero();

    assertThat(isThere(refused)).isTrue();
  }

  @Test
  void waitsWhileAPushIsUnderWayAndGoesOnAfterIt() throws IOException {
    ObjectId refused = commit("refused");
    bring(Set.of(refused), Set.of());
    look(NOON);
    pushing.set(true);
    assertThat(look(NOON.plus(GRACE)).packs()).isZero();
    assertThat(isThere(refused)).isTrue();

    pushing.set(false);
    assertThat(look(NOON.plus(GRACE).plusSeconds(60)).packs()).isEqualTo(1);
    assertThat(isThere(refused)).isFalse();
  }

  @Test
  void countsTheHourAnewForWhatWasNeededInBetween() throws IOException {
    ObjectId commit = commit("again");
    bring(Set.of(commit), Set.of());
    look(NOON);
    move("main", commit);
    look(NOON.plusSeconds(1800));
    RefUpdate delete = repository.updateRef("refs/heads/main");
    delete.setForceUpdate(true);
    delete.delete();

    look(NOON.plusSeconds(3600));

    assertThat(isThere(commit)).isTrue();
  }

  @Test
  void removesObjectsThatAreInNoPack() throws IOException {
    ObjectId loose;
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      loose = inserter.insert(Constants.OBJ_BLOB, new byte[] {1, 2, 3});
      inserter.flush();
    }
    String name = loose.name();
    Path file =
        repository
            .getObjectsDirectory()
            .toPath()
            .resolve(name.substring(0, 2))
            .resolve(name.substring(2));
    assertThat(file).exists();

    look(NOON);
    assertThat(look(NOON.plus(GRACE)).loose()).isEqualTo(1);

    assertThat(file).doesNotExist();
  }

  @Test
  void removesNothingWhereSomethingIsMissingOnTheWay() throws IOException {
    ObjectId first = commit("first");
    ObjectId second = commit("second", first);
    bring(Set.of(second), Set.of(first)); // its parent was never brought
    move("main", second);
    bring(Set.of(commit("refused")), Set.of());
    List<Path> before = files();

    for (Instant now : List.of(NOON, NOON.plus(GRACE))) {
      assertThatThrownBy(() -> look(now)).isInstanceOf(IOException.class);
    }

    assertThat(files()).isEqualTo(before);
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(repository.getObjectsDirectory().toPath().resolve("pack"))) {
      return files.sorted().toList();
    }
  }
}
