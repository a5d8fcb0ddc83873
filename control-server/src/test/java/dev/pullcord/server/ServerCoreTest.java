package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.channel.NodeRoom;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCoreTest {
  @TempDir Path directory;

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
