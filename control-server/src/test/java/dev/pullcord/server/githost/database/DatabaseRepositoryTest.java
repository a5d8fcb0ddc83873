package dev.pullcord.server.githost.database;

import static dev.pullcord.server.githost.database.TestRepositories.MAIN;
import static dev.pullcord.server.githost.database.TestRepositories.packs;
import static dev.pullcord.server.githost.database.TestRepositories.refs;
import static dev.pullcord.server.githost.database.TestRepositories.wholeRefs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.git.pack.PackMerge;
import dev.pullcord.server.githost.entry.RefMoves;
import dev.pullcord.server.githost.repository.LeftRefs;
import dev.pullcord.server.githost.repository.RepositoryProbe;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.store.RepositoryTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.postgres.MadeDatabase;
import dev.pullcord.server.store.postgres.PostgresAddress;
import dev.pullcord.server.store.postgres.PostgresStore;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database is the truth for branches and objects; a disk is made equal to it. */
class DatabaseRepositoryTest {
  private static final int PACKS_MAX = 50;

  @TempDir Path directory;
  private TestRepositories work;
  private String url;
  private Store store;

  @BeforeEach
  void makeADatabase() throws Exception {
    work = new TestRepositories(directory);
    url = MadeDatabase.address().url();
    store = PostgresStore.open(new PostgresAddress(url, null), "one", null);
  }

  @AfterEach
  void end() {
    store.close();
  }

  private RepositoryStore open(Path disk) throws IOException {
    return RepositoryOpening.open(store, disk);
  }

  private Map<String, String> onAnEmptyDisk() throws Exception {
    try (RepositoryStore fresh = open(work.emptyDisk())) {
      return wholeRefs(fresh);
    }
  }

  @Test
  void anEmptyDiskHasEverythingThatWasAcknowledged() throws Exception {
    ObjectId first = work.commit(null, "1");
    ObjectId second = work.commit(first, "2");
    ObjectId other = work.commit(null, "other");
    Map<String, String> served;
    try (RepositoryStore one = open(work.newDisk())) {
      assertThat(work.push(one, MAIN, null, first)).isEqualTo(Result.OK);
      assertThat(work.push(one, MAIN, first, second)).isEqualTo(Result.OK);
      assertThat(work.push(one, "refs/heads/a", null, first)).isEqualTo(Result.OK);
      assertThat(work.push(one, "refs/heads/a", first, null)).isEqualTo(Result.OK);
      assertThat(work.push(one, "refs/heads/a/b", null, second)).isEqualTo(Result.OK);
      assertThat(work.push(one, "refs/tags/v1", null, first)).isEqualTo(Result.OK);
      assertThat(work.push(one, "refs/heads/c", null, first)).isEqualTo(Result.OK);
      assertThat(work.push(one, "refs/heads/c", first, other)).isEqualTo(Result.OK);
      new RefMoves(one).head("refs/heads/c");
      served = wholeRefs(one);
      assertThat(work.push(one, MAIN, first, other)).isEqualTo(Result.LOCK_FAILURE);
    }
    assertThat(served).containsEntry(MAIN, second.name()).containsEntry("HEAD", "refs/heads/c");
    assertThat(refs(store)).isEqualTo(served);
    try (RepositoryStore two = open(work.emptyDisk())) {
      assertThat(wholeRefs(two)).isEqualTo(served);
      assertThat(two.name()).isEqualTo("fleet");
      assertThat(two.pushedBy("main", RepositoryStore.commitId(second))).isEqualTo("ann");
    }
  }

  /** What stood on the disk before the database had branches is copied there at the start. */
  @Test
  void whatTheDiskHadBeforeIsTakenOverOnce() throws Exception {
    ObjectId first = work.commit(null, "1");
    Path disk = work.newDisk();
    try (RepositoryStore alone = RepositoryStore.open(disk)) {
      work.push(alone, MAIN, null, first);
    }
    assertThatThrownBy(() -> open(work.emptyDisk()))
        .isInstanceOf(StoreException.class)
        .extracting("code")
        .isEqualTo("DB_NO_REPOSITORY");
    try (RepositoryStore one = open(disk)) {
      assertThat(wholeRefs(one)).containsEntry(MAIN, first.name());
    }
    assertThat(onAnEmptyDisk()).containsEntry(MAIN, first.name());
  }

  @Test
  void aRefThatIsTheFolderOfAnotherIsRefusedBeforeTheDatabaseHasIt() throws Exception {
    ObjectId first = work.commit(null, "1");
    Path disk = work.newDisk();
    try (RepositoryStore one = open(disk)) {
      work.push(one, "refs/heads/a", null, first);
      assertThat(work.push(one, "refs/heads/a/b", null, first))
          .isEqualTo(Result.REJECTED_OTHER_REASON);
      assertThat(refs(store)).doesNotContainKey("refs/heads/a/b");
      work.push(one, "refs/heads/c/d/e", null, first);
      assertThat(work.push(one, "refs/heads/c", null, first))
          .isEqualTo(Result.REJECTED_OTHER_REASON);
      assertThat(work.push(one, "refs/heads/c/d/f", null, first)).isEqualTo(Result.OK);
      assertThat(work.push(one, "refs/heads/a", first, null)).isEqualTo(Result.OK);
      assertThat(work.push(one, "refs/heads/a/b", null, first)).isEqualTo(Result.OK);
    }
  }

  @Test
  void aServerStartsThoughTheDatabaseHasARefAndItsFolder() throws Exception {
    ObjectId first = work.commit(null, "1");
    Path disk = work.newDisk();
    try (RepositoryStore one = open(disk)) {
      work.push(one, "refs/heads/a", null, first);
      work.push(one, MAIN, null, first);
    }
    store.write(tables -> {
      tables.repository().putRef(new RepositoryTable.KeptRef("refs/heads/a/b", first.name(), "x"));
      return true;
    });

    try (RepositoryStore one = open(disk)) {
      assertThat(wholeRefs(one)).containsKeys("refs/heads/a", MAIN);
    }
    assertThat(onAnEmptyDisk()).containsKeys("refs/heads/a", MAIN);
  }

  private record Move(String ref, @Nullable ObjectId old, @Nullable ObjectId now) {}

  @Test
  void aKillAtAnyMomentLeavesEachMoveWholeOrNotMade() throws Exception {
    ObjectId first = work.commit(null, "1");
    ObjectId second = work.commit(first, "2");
    ObjectId rewritten = work.commit(first, "3");
    Path disk = work.newDisk();
    open(disk).close();
    List<Move> moves =
        List.of(
            new Move(MAIN, null, first),
            new Move(MAIN, first, second),
            new Move(MAIN, second, rewritten),
            new Move("refs/heads/b", null, second),
            new Move("refs/heads/b", second, null));
    int kills = 0;
    for (Move move : moves) {
      boolean killed = true;
      for (int moment = 1; killed; moment++) {
        KillableStore dies = new KillableStore(store, moment, KillableStore.Killed::new);
        Result result = Result.NOT_ATTEMPTED;
        try (RepositoryStore one = killable(dies, disk)) {
          result = work.push(one, move.ref(), move.old(), move.now());
        } catch (KillableStore.Killed _) {
          kills++;
        }
        killed = dies.ended();
        disk = checked(disk, move, result);
      }
    }
    assertThat(kills).isGreaterThan(20);
  }

  /** As the server has it, where only the writes of a move can be cut short. */
  private static RepositoryStore killable(Store dies, Path disk) throws IOException {
    return RepositoryStore.open(disk, files -> new DatabaseTruth(dies, files));
  }

  /** Starts again on the same disk and on an empty one; the move is there, or is undone. */
  private Path checked(Path disk, Move move, Result result) throws Exception {
    Map<String, String> fresh = onAnEmptyDisk();
    try (RepositoryStore again = open(disk)) {
      Map<String, String> same = wholeRefs(again);
      same.keySet().removeIf(name -> name.startsWith("refs/pullcord/"));
      assertThat(same).isEqualTo(fresh).isEqualTo(refs(store));
      String now = fresh.get(move.ref());
      if (result == Result.OK) {
        assertThat(now).isEqualTo(name(move.now()));
      } else {
        assertThat(now).isIn(name(move.old()), name(move.now()));
        if (!String.valueOf(now).equals(String.valueOf(name(move.old())))) {
          assertThat(work.push(again, move.ref(), move.now(), move.old())).isEqualTo(Result.OK);
        }
      }
    }
    return disk;
  }

  private static @Nullable String name(@Nullable ObjectId id) {
    return id == null ? null : id.name();
  }

  @Test
  void aMoveThatTheDatabaseDoesNotTakeIsRefusedAndNotMade() throws Exception {
    ObjectId first = work.commit(null, "1");
    Path disk = work.newDisk();
    open(disk).close();
    KillableStore away =
        new KillableStore(store, 1, () -> new StoreException(StoreException.AWAY, "it is away"));
    try (RepositoryStore one = killable(away, disk)) {
      assertThat(work.push(one, MAIN, null, first)).isEqualTo(Result.REJECTED_OTHER_REASON);
      assertThat(wholeRefs(one)).doesNotContainKey(MAIN);
      away.heal();
      assertThat(work.push(one, MAIN, null, first)).isEqualTo(Result.OK);
    }
    assertThat(onAnEmptyDisk()).containsEntry(MAIN, first.name());
  }

  @Test
  void aMoveOfUnknownOutcomeIsMadeHereOnceItIsKnown() throws Exception {
    ObjectId first = work.commit(null, "1");
    Path disk = work.newDisk();
    open(disk).close();
    // The begin of a pack, its two chunks and the refs: after the last of these writes.
    KillableStore unknown =
        new KillableStore(store, 8, () -> new StoreException(StoreException.UNKNOWN, "who knows"));
    try (RepositoryStore one = killable(unknown, disk)) {
      assertThat(work.push(one, MAIN, null, first)).isEqualTo(Result.REJECTED_OTHER_REASON);
      assertThat(refs(store)).containsEntry(MAIN, first.name());
      assertThat(wholeRefs(one)).doesNotContainKey(MAIN);
      unknown.heal();
      assertThat(one.truth().settle()).isTrue();
      assertThat(wholeRefs(one)).containsEntry(MAIN, first.name());
      assertThat(one.truth().settle()).isFalse();
    }
  }

  /** Else the branch has moved, nobody compares it with the deployments, and no node gets it. */
  @Test
  void aMoveOfUnknownOutcomeIsToldAlsoIfTheRetriedPushMadeItHere() throws Exception {
    ObjectId first = work.commit(null, "1");
    Path disk = work.newDisk();
    open(disk).close();
    KillableStore unknown =
        new KillableStore(store, 8, () -> new StoreException(StoreException.UNKNOWN, "who knows"));
    try (RepositoryStore one = killable(unknown, disk)) {
      assertThat(work.push(one, MAIN, null, first)).isEqualTo(Result.REJECTED_OTHER_REASON);
      unknown.heal();
      assertThat(work.push(one, MAIN, null, first)).isEqualTo(Result.LOCK_FAILURE);
      assertThat(wholeRefs(one)).containsEntry(MAIN, first.name());
      assertThat(one.truth().settle()).isTrue();
      assertThat(one.truth().settle()).isFalse();
    }
  }

  @Test
  void aMoveOfUnknownOutcomeIsToldAlsoIfAnotherRefCouldNotMoveHereAtFirst() throws Exception {
    ObjectId first = work.commit(null, "1");
    Path disk = work.newDisk();
    open(disk).close();
    KillableStore unknown =
        new KillableStore(store, 8, () -> new StoreException(StoreException.UNKNOWN, "who knows"));
    try (RepositoryStore one = killable(unknown, disk)) {
      assertThat(work.push(one, MAIN, null, first)).isEqualTo(Result.REJECTED_OTHER_REASON);
      unknown.heal();
      Path lock = one.repository().getDirectory().toPath().resolve("HEAD.lock");
      Files.createFile(lock);
      assertThatThrownBy(() -> one.truth().settle()).isInstanceOf(IOException.class);
      assertThat(wholeRefs(one)).containsEntry(MAIN, first.name());
      Files.delete(lock);
      assertThat(one.truth().settle()).isTrue();
    }
  }

  @Test
  void aRefThatCannotMoveOnTheDiskDoesNotMoveInTheDatabase() throws Exception {
    ObjectId first = work.commit(null, "1");
    ObjectId second = work.commit(first, "2");
    try (RepositoryStore one = open(work.newDisk())) {
      work.push(one, MAIN, null, first);
      Path lock = one.repository().getDirectory().toPath().resolve(MAIN + ".lock");
      Files.createFile(lock);
      assertThat(work.push(one, MAIN, first, second)).isEqualTo(Result.LOCK_FAILURE);
      assertThat(refs(store)).containsEntry(MAIN, first.name());
      Files.delete(lock);
      assertThat(work.push(one, MAIN, first, second)).isEqualTo(Result.OK);
    }
    assertThat(onAnEmptyDisk()).containsEntry(MAIN, second.name());
  }

  @Test
  void ofSeveralThatMoveTogetherAllMoveOrNone() throws Exception {
    ObjectId first = work.commit(null, "1");
    ObjectId second = work.commit(first, "2");
    try (RepositoryStore one = open(work.newDisk())) {
      work.push(one, MAIN, null, first);
      work.send(one, first, second);
      ReceiveCommand good = new ReceiveCommand(first, second, MAIN);
      ReceiveCommand late = new ReceiveCommand(second, first, "refs/heads/b");
      try (RevWalk walk = new RevWalk(one.repository())) {
        new RefMoves(one)
            .move(List.of(good, late), walk, null, "push", new RefMoves.Rules(true, true));
      }
      assertThat(good.getResult()).isEqualTo(Result.REJECTED_OTHER_REASON);
      assertThat(late.getResult()).isEqualTo(Result.LOCK_FAILURE);
      assertThat(wholeRefs(one)).containsEntry(MAIN, first.name()).isEqualTo(refs(store));
    }
  }

  @Test
  void twoHundredPushesKeepTheDatabaseSmall() throws Exception {
    int most = 0;
    Map<String, String> served;
    try (RepositoryStore one = open(work.newDisk())) {
      ObjectId head = null;
      for (int i = 0; i < 200; i++) {
        ObjectId next = work.commit(head, "push " + i);
        assertThat(work.push(one, MAIN, head, next)).isEqualTo(Result.OK);
        one.pushed();
        head = next;
        most = Math.max(most, packs(store));
      }
      served = wholeRefs(one);
      int disk = new PackMerge((FileRepository) one.repository()).packs();
      Eventually.within(Duration.ofSeconds(60))
          .isTrue("it has what the disk has", () -> packs(store) <= disk);
    }
    System.out.println("200 pushes: at most " + most + " packs, " + packs(store) + " at the end");
    assertThat(most).isLessThanOrEqualTo(2 * PACKS_MAX);
    assertThat(onAnEmptyDisk()).isEqualTo(served);
    assertThat(
            TestPostgres.shared()
                .isTrue(
                    url,
                    "select not exists (select 1 from git_chunks"
                        + " where pack not in (select name from git_packs))"))
        .isTrue();
  }

  @Test
  void whatOnlyTheDiskHasIsKeptUnderANameWhereTheDatabaseWentBack() throws Exception {
    ObjectId first = work.commit(null, "1");
    ObjectId second = work.commit(first, "2");
    ObjectId onlyHere = work.commit(second, "3");
    Path disk = work.newDisk();
    try (RepositoryStore one = open(disk)) {
      work.push(one, MAIN, null, first);
      work.push(one, MAIN, first, second);
      work.push(one, MAIN, second, onlyHere);
      work.push(one, "refs/heads/b", null, second);
    }
    TestPostgres.shared()
        .sql(
            url,
            "update git_refs set target = '" + second.name() + "' where name = '" + MAIN + "'");
    TestPostgres.shared().sql(url, "delete from git_refs where name = 'refs/heads/b'");
    try (RepositoryStore one = open(disk)) {
      assertThat(wholeRefs(one))
          .containsEntry(MAIN, second.name())
          .doesNotContainKey("refs/heads/b")
          .containsEntry("refs/pullcord/left/heads/main/" + onlyHere.name(), onlyHere.name());
      assertThat(RepositoryProbe.look(disk, List.of()).left())
          .isEqualTo(LeftRefs.of(one.repository()))
          .hasSize(1);
      assertThat(work.push(one, MAIN, second, onlyHere)).isEqualTo(Result.OK);
    }
    try (RepositoryStore one = open(disk)) {
      assertThat(LeftRefs.of(one.repository())).hasSize(1);
    }
  }

  /** It reads only, and keeps no pack that the other one has merged. */
  @Test
  void aWaitingServerFollowsAgainAndAgainAndItsDiskStaysSmall() throws Exception {
    Path disk = work.emptyDisk();
    RepositoryCatchUp waiting = new RepositoryCatchUp(store);
    try (RepositoryStore one = open(work.newDisk())) {
      ObjectId head = null;
      for (int i = 0; i < 100; i++) {
        ObjectId next = i == 60 ? work.commit(null, "rewritten") : work.commit(head, "push " + i);
        work.push(one, MAIN, head, next);
        one.pushed();
        head = next;
        if (i % 3 == 0) {
          waiting.run(disk);
        }
      }
      PackMerge merge = new PackMerge((FileRepository) one.repository());
      Eventually.within(Duration.ofSeconds(60))
          .isTrue(
              "merged, and told to the database",
              () -> merge.packs() <= PackMerge.PACKS_MAX && packs(store) == merge.packs());
      waiting.run(disk);
      try (RepositoryStore two =
          RepositoryStore.open(disk, files -> new DatabaseTruth(store, files))) {
        assertThat(wholeRefs(two)).isEqualTo(wholeRefs(one));
        assertThat(new PackMerge((FileRepository) two.repository()).packs())
            .isLessThanOrEqualTo(packs(store));
      }
    }
  }

  @Test
  void aPackOf60MiBTravelsThroughASmallHeap() throws Exception {
    Path disk = work.newDisk();
    ObjectId head = null;
    try (RepositoryStore alone = RepositoryStore.open(disk)) {
      Random random = new Random(60);
      for (int i = 0; i < 15; i++) {
        byte[] noise = new byte[4 << 20];
        random.nextBytes(noise);
        head = work.commit(head, noise);
      }
      work.push(alone, MAIN, null, head);
    }
    store.close();
    Path to = work.emptyDisk();
    Process small =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                BigPackDisk.class.getName(),
                url,
                disk.toString(),
                to.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(small.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(small.waitFor()).as(said).isZero();
    try (RepositoryStore copy = RepositoryStore.open(to)) {
      assertThat(wholeRefs(copy)).containsEntry(MAIN, ObjectId.toString(head));
    }
  }

  @Test
  void aPackThatIsDamagedInTheDatabaseIsNotTaken() throws Exception {
    try (RepositoryStore one = open(work.newDisk())) {
      work.push(one, MAIN, null, work.commit(null, "1"));
    }
    TestPostgres.shared()
        .sql(url, "update git_chunks set content = set_byte(content, 20, 7) where part = 'PACK'");
    assertThatThrownBy(() -> open(work.emptyDisk())).hasMessageContaining("DB_DAMAGED");
  }
}
