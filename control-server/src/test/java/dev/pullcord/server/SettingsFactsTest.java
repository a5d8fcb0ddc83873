package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.config.ServerPlace;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.FleetBadge;
import dev.pullcord.server.dashboard.settings.Fact;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.server.store.postgres.PostgresAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFactsTest {
  private static final Dashboard.Addresses ADDRESSES =
      new Dashboard.Addresses(
          URI.create("https://fleet.example:8420"),
          URI.create("https://fleet.example:8421"),
          "fleet",
          "main",
          FleetBadge.NONE);

  @TempDir Path state;

  private CertifiedKey keys(String port) throws IOException {
    return TlsKeys.create(state, port, List.of("localhost"), Instant.EPOCH);
  }

  private List<Fact> facts(@Nullable CertifiedKey people) throws IOException {
    Files.write(state.resolve("store.db"), new byte[3 << 20]);
    return new SettingsFacts(ServerConfig.DEFAULT.in(state), ADDRESSES, people, keys("agents"))
        .now().stream().flatMap(g -> g.facts().stream()).toList();
  }

  @Test
  void aServerWithADatabaseDoesNotSayThatItsStoreIsAFile() throws IOException {
    ServerConfig file = ServerConfig.DEFAULT.in(state);
    PostgresAddress address = new PostgresAddress("postgresql://ann@db.example/fleet", null);
    ServerConfig config =
        new ServerConfig(
            new ServerPlace(state, address),
            file.listen(),
            file.agents(),
            file.plainHttp(),
            file.names(),
            file.limits(),
            file.upstream(),
            file.badge(),
            file.alerts());
    List<Fact> facts =
        new SettingsFacts(config, ADDRESSES, null, keys("agents"))
            .now().stream().flatMap(g -> g.facts().stream()).toList();
    assertThat(value(facts, "Store")).isEqualTo("PostgreSQL");
    assertThat(facts.toString()).doesNotContain("SQLite", "the store, the repository, the keys");
  }

  private static String value(List<Fact> facts, String name) {
    return facts.stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow().value();
  }

  @Test
  void whatANewcomerTypesAndComparesIsThere() throws IOException {
    CertifiedKey people = keys("people");
    List<Fact> facts = facts(people);
    assertThat(facts)
        .extracting(Fact::value)
        .contains(
            "https://fleet.example:8420",
            people.pin(),
            "https://fleet.example:8421",
            keys("agents").pin(),
            "pullcord login https://fleet.example:8420",
            "https://fleet.example:8420/git/fleet.git",
            state.toString());
    assertThat(value(facts, "Store")).isEqualTo("3.0 MiB");
    assertThat(value(facts, "A node is offline")).isEqualTo("after 45s");
    assertThat(value(facts, "A push stays")).isEqualTo("2m");
  }

  @Test
  void plainHttpHasNoKeyToCompare() throws IOException {
    List<Fact> facts = facts(null);
    assertThat(value(facts, "Encryption")).isEqualTo("none: plain HTTP");
    assertThat(value(facts, "Its key")).isEqualTo("none");
  }

  @Test
  void keysThatAreNamedAreThoseOfTheConfiguration() throws IOException {
    Set<String> named = new TreeSet<>();
    for (Fact fact : facts(keys("people"))) {
      if (fact.key() != null) {
        named.addAll(List.of(fact.key().split(", ")));
      }
    }
    assertThat(named)
        .containsExactly("accent", "advertise", "agents", "listen", "name", "plain-http", "state");
    Path file = Files.writeString(state.resolve("server.yaml"), "nonsense: 1\n");
    for (String key : named) {
      Files.writeString(file, key + ": [wrong]\n");
      assertThatThrownBy(() -> ServerConfig.read(file)).as(key).hasMessageContaining("a list");
    }
  }
}
