package dev.pullcord.demo.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PushResultTest {
  @Test
  void readsTheSummary() {
    PushResult result = result("remote: node-1 converged", "remote: converged 3/3 in 0.4s  ");
    assertThat(result.summary()).contains("converged 3/3 in 0.4s");
    assertThat(result.converged()).isTrue();
  }

  @Test
  void notConvergedIsNotConverged() {
    assertThat(result("remote: not converged 2/3 after 41s; offline 1: node-2").converged())
        .isFalse();
    assertThat(result("To https://127.0.0.1/").summary()).isEmpty();
  }

  private static PushResult result(String... lines) {
    return new PushResult("a".repeat(40), 0, List.of(lines), Duration.ofSeconds(1));
  }
}
