package dev.pullcord.server.githost.database;

import static dev.pullcord.server.githost.database.TestRepositories.MAIN;
import static dev.pullcord.server.githost.database.TestRepositories.wholeRefs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.githost.repository.LeftRefs;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.postgres.MadeDatabase;
import dev.pullcord.server.store.postgres.PostgresAddress;
import dev.pullcord.server.store.postgres.PostgresStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of a server that waits for its turn. */
class RepositoryFollowerTest {
  @TempDir Path directory;
  private final AtomicInteger pieces = new AtomicInteger();
  private TestRepositories work;
  private PostgresAddress address;
  private Store active;
  private RepositoryStore served;
  private Path disk;

  @BeforeEach
  void makeADatabase() throws Exception {
    work = new TestRepositories(directory);
    address = MadeDatabase.address();
    active = PostgresStore.open(address, "one", null);
    served = RepositoryOpening.open(active, work.newDisk());
    disk = work.emptyDisk();
  }

  @AfterEach
  void end() {
    served.close();
    active.close();
  }

  private RepositoryFollower follower(RepositoryFollower.Pause pause) {
    return new RepositoryFollower(() -> PostgresStore.openBesideServer(address), disk, pause);
  }

  private void counts() {
    pieces.incrementAndGet();
  }

  private void diskIsWhatIsServed() throws Exception {
    try (RepositoryStore copy = RepositoryStore.open(disk)) {
      assertThat(wholeRefs(copy)).isEqualTo(wholeRefs(served));
    }
  }

  @Test
  void whatWasPushedIsThereAfterTheNextLook() throws Exception {
    try (RepositoryFollower follower = follower(this::counts)) {
      ObjectId first = work.commit(null, "1");
      work.push(served, MAIN, null, first);
      follower.look();
      diskIsWhatIsServed();
      work.push(served, MAIN, first, work.commit(first, "2"));
      work.push(served, "refs/tags/v1", null, first);
      follower.look();
      diskIsWhatIsServed();
    }
  }

  @Test
  void aLookThatFindsNothingNewReadsTheListAlone() throws Exception {
    try (RepositoryFollower follower = follower(this::counts)) {
      work.push(served, MAIN, null, work.commit(null, "1"));
      follower.look();
      pieces.set(0);
      follower.look();
      assertThat(pieces).hasValue(1);
    }
  }

  @Test
  void aPauseFollowsEachPieceOfALargePack() throws Exception {
    byte[] noise = new byte[5 << 20];
    new Random(5).nextBytes(noise);
    work.push(served, MAIN, null, work.commit(null, noise));
    try (RepositoryFollower follower = follower(this::counts)) {
      follower.look();
    }
    assertThat(pieces.get()).isGreaterThan(5);
    diskIsWhatIsServed();
  }

  /**
   * The takeover comes in the middle of a large pack: it moves nothing, and leaves no half file.
   */
  @Test
  void whatIsClosedInTheMiddleChangesNothingAndTheTakeoverGoesOn() throws Exception {
    ObjectId first = work.commit(null, "1");
    work.push(served, MAIN, null, first);
    RepositoryFollower[] self = new RepositoryFollower[1];
    RepositoryFollower follower = follower(() -> closesAt(self[0], 9));
    self[0] = follower;
    follower.look();
    byte[] noise = new byte[5 << 20];
    new Random(5).nextBytes(noise);
    work.push(served, MAIN, first, work.commit(first, noise));
    follower.look();

    try (RepositoryStore copy = RepositoryStore.open(disk)) {
      assertThat(wholeRefs(copy)).containsEntry(MAIN, first.name());
    }
    assertThat(incoming()).isEmpty();
    RepositoryOpening.open(active, disk, follower).close();
    diskIsWhatIsServed();
  }

  private void closesAt(RepositoryFollower follower, int piece) {
    if (pieces.incrementAndGet() == piece) {
      follower.close();
    }
  }

  private List<String> incoming() throws IOException {
    try (Stream<Path> all = Files.walk(disk)) {
      return all.map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("incoming_"))
          .toList();
    }
  }

  /** Whoever takes over knows that the branch was where the database had it. */
  @Test
  void aBranchThatWasRewoundMeanwhileLeavesNothingBehind() throws Exception {
    ObjectId first = work.commit(null, "1");
    RepositoryFollower follower = follower(this::counts);
    work.push(served, MAIN, null, first);
    follower.look();
    work.push(served, MAIN, first, work.commit(null, "rewritten"));
    follower.close();

    try (RepositoryStore taken = RepositoryOpening.open(active, disk, follower)) {
      assertThat(wholeRefs(taken)).isEqualTo(wholeRefs(served));
      assertThat(LeftRefs.of(taken.repository())).isEmpty();
    }
  }

  @Test
  void aDatabaseThatIsAwayEndsNothing() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    try (RepositoryFollower follower =
        new RepositoryFollower(
            () -> {
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("not now");
              }
              return PostgresStore.openBesideServer(address);
            },
            disk,
            this::counts)) {
      work.push(served, MAIN, null, work.commit(null, "1"));
      follower.look();
      follower.look();
      diskIsWhatIsServed();
    }
  }
}
