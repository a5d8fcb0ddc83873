package dev.pullcord.server.security.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailedSignInsTest {
  @TempDir Path directory;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private FailedSignIns limit = new FailedSignIns(() -> now);

  private boolean over(String address) {
    return limit.failed("wrong", address);
  }

  private void fail(String address, int times) {
    for (int i = 0; i < times; i++) {
      limit.failed("wrong", address);
    }
  }

  @Test
  void tenWrongTokensInAQuarterOfAnHourAreEnough() {
    fail("192.0.2.7", FailedSignIns.WRONG_MAX - 1);
    assertThat(over("192.0.2.7")).isFalse();
    assertThat(over("192.0.2.7")).isTrue();
    assertThat(over("192.0.2.8")).isFalse();
  }

  @Test
  void theOldestIsForgottenAfterTheWindow() {
    fail("192.0.2.7", 1);
    now = now.plus(Duration.ofMinutes(5));
    fail("192.0.2.7", 9);
    now = now.plus(Duration.ofMinutes(10));
    assertThat(over("192.0.2.7")).isFalse();
    assertThat(over("192.0.2.7")).isTrue();
  }

  @Test
  void trialsWhileClosedDoNotKeepItClosed() {
    fail("192.0.2.7", 500);
    now = now.plus(FailedSignIns.WINDOW);
    assertThat(over("192.0.2.7")).isFalse();
  }

  @Test
  void anIpv6CustomerIsOneNetwork() {
    fail("2001:db8:1:2::1", 5);
    fail("[2001:db8:1:2:ffff::9]", 5);
    assertThat(over("2001:db8:1:2:3::3")).isTrue();
    assertThat(over("2001:db8:1:3::1")).isFalse();
  }

  @Test
  void oneTokenIsGuessedAtTenTimesFromWhereverAndWhetherThereIsOneOrNot() {
    String id = "pct_0123456789ab_";
    for (int i = 0; i < FailedSignIns.WRONG_MAX; i++) {
      assertThat(limit.failed(id + i, "192.0.2." + i)).isFalse();
    }
    assertThat(limit.failed(id + "x", "192.0.2.200")).isTrue();
    assertThat(limit.failed("pct_ba9876543210_x", "192.0.2.201")).isFalse();
  }

  @Test
  void thereIsACeilingForAllTogether() {
    for (int i = 0; i < FailedSignIns.ALL_MAX; i++) {
      limit.failed("wrong", "10.1." + i / 256 + "." + i % 256);
    }
    assertThat(over("192.0.2.7")).isTrue();
  }

  @Test
  void manyNetworksAreBounded() {
    for (int i = 0; i < 2 * FailedSignIns.KEPT_MAX; i++) {
      String address = "11." + i / 65_536 + "." + i / 256 % 256 + "." + i % 256;
      limit.failed("wrong", address);
      limit.failedCall("wrong", address);
    }
    assertThat(limit.kept()).isEqualTo(2 * FailedSignIns.KEPT_MAX);
  }

  @Test
  void scriptsMayTryLongerAndAreCountedByThemselves() {
    limit = FailedSignIns.load(() -> now, directory.resolve("wrong-tokens.json"));
    for (int i = 0; i < FailedSignIns.CALLS_MAX; i++) {
      assertThat(limit.failedCall("wrong", "192.0.2.7")).isFalse();
    }
    assertThat(limit.failedCall("wrong", "192.0.2.7")).isTrue();
    assertThat(over("192.0.2.7")).isFalse();
    limit.keep();
    limit = FailedSignIns.load(() -> now, directory.resolve("wrong-tokens.json"));
    assertThat(limit.failedCall("wrong", "192.0.2.7")).isTrue();
    now = now.plus(FailedSignIns.WINDOW);
    assertThat(limit.failedCall("wrong", "192.0.2.7")).isFalse();
  }

  @Test
  void aRestartForgivesNothing() throws IOException {
    Path file = directory.resolve("wrong-tokens.json");
    limit = FailedSignIns.load(() -> now, file);
    fail("192.0.2.7", 10);
    limit.keep();
    limit = FailedSignIns.load(() -> now, file);
    assertThat(over("192.0.2.7")).isTrue();
    now = now.plus(FailedSignIns.WINDOW);
    limit = FailedSignIns.load(() -> now, file);
    assertThat(over("192.0.2.7")).isFalse();
    Files.writeString(file, "{\"from\": 3");
    assertThat(FailedSignIns.load(() -> now, file).failed("wrong", "192.0.2.9")).isFalse();
  }
}
