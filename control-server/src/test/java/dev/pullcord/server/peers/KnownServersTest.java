package dev.pullcord.server.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KnownServersTest {
  private static KnownServer at(int n) {
    return new KnownServer(
        "https://s" + n + ":8420", "https://s" + n + ":8421", n == 1, Instant.EPOCH);
  }

  @Test
  void anOnlyServerTellsPeopleOfItselfAndAgentsOfNobody() {
    OnlyServer only =
        new OnlyServer("http://127.0.0.1:8420", "https://[::1]:8421", () -> Instant.EPOCH);

    assertThat(only.told())
        .containsExactly(
            new KnownServer("http://127.0.0.1:8420", "https://[::1]:8421", true, Instant.EPOCH));
    assertThat(only.forAgents()).isEmpty();
  }

  @Test
  void severalAreToldInTheirOrder() {
    KnownServers two = () -> List.of(at(1), at(2));

    assertThat(two.forAgents()).containsExactly("https://s1:8421", "https://s2:8421");
  }

  @Test
  void nobodyIsToldOfMoreThanSixteen() {
    KnownServers many = () -> IntStream.rangeClosed(1, 40).mapToObj(KnownServersTest::at).toList();

    assertThat(many.told()).hasSize(16);
    assertThat(many.forAgents()).hasSize(16).startsWith("https://s1:8421");
  }

  @Test
  void whatIsNoAddressIsRefused() {
    for (String odd :
        List.of(
            "", "pull", "http://a:8421", "https://", "https://a/b", "https://u@a", "https://a\n")) {
      assertThatThrownBy(() -> new KnownServer(null, odd, true, Instant.EPOCH))
          .as(odd)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new KnownServer("ftp://a", "https://a", true, Instant.EPOCH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ftp://a");
  }
}
