package dev.pullcord.server.standby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.peers.KnownServer;
import dev.pullcord.server.store.postgres.SeenServer;
import dev.pullcord.server.store.postgres.StoreServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServersOfDatabaseTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static SeenServer seen(String people, String agents, boolean active, int seconds) {
    return new SeenServer(
        new StoreServer(people, agents, "1"), active, Duration.ofSeconds(seconds));
  }

  @Test
  void rowsAreServersAndWhatIsNoAddressIsLeftOut() {
    List<SeenServer> rows =
        List.of(
            seen("https://one:8420", "https://one:8421", true, 2),
            seen("", "https://two:8421", false, 40),
            seen("https://odd:8420", "somewhere", false, 1));

    ServersOfDatabase servers = new ServersOfDatabase(() -> rows, () -> NOW);

    assertThat(servers.all())
        .containsExactly(
            new KnownServer("https://one:8420", "https://one:8421", true, NOW.minusSeconds(2)),
            new KnownServer(null, "https://two:8421", false, NOW.minusSeconds(40)));
    assertThat(servers.forAgents()).containsExactly("https://one:8421", "https://two:8421");
  }

  @Test
  void nobodyIsKnownBeforeTheFirstLook() {
    assertThat(new ServersOfDatabase(List::of, () -> NOW).all()).isEmpty();
  }
}
