package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.channel.NodeRoom;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCoreTest {
  @TempDir Path directory;

  @Test
  void aStoreThatRefusesToBeWrittenAtTheStartIsSaidAndTriedAgain() {
    FakeCommits commits = new FakeCommits();
    commits.push("main", 1);
    FullAtTimes store = new FullAtTimes(TestStore.open(directory.resolve("store.db")));
    try (ServerCore core =
        new ServerCore(
            new ServerCore.Settings(
                "fleet", "ab".repeat(32), "https://control:8421", new NodeRoom(10, "a test")),
            store,
            commits,
            _ -> Optional.empty(),
            ManualClock.atNewYear())) {
      store.full = true;
      core.start();
      assertThat(core.deployments().trouble("main"))
          .hasValueSatisfying(why -> assertThat(why).contains("disk of the server is full"));
      store.full = false;
      Eventually.within(Duration.ofSeconds(60))
          .passes(
              "it has caught up", () -> assertThat(core.deployments().trouble("main")).isEmpty());
    }
  }

  @Test
  void lastHeartbeatsThatCannotBeWrittenKeepTheStoreFromNothing() {
    try (TestFleet fleet = new TestFleet(directory)) {
      fleet.join("a");
    }
    FullAtTimes store = new FullAtTimes(TestStore.open(directory.resolve("store.db")));
    ServerCore core =
        new ServerCore(
            new ServerCore.Settings(
                "fleet", "ab".repeat(32), "https://control:8421", new NodeRoom(10, "a test")),
            store,
            new FakeCommits(),
            _ -> Optional.empty(),
            ManualClock.atNewYear());
    store.full = true;

    core.close();

    assertThat(store.closed).isTrue();
  }
}
