package dev.pullcord.server.dashboard.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.dashboard.Nodes;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignInLimitTest {
  private Instant now = Nodes.NOW;
  private final SignInLimit limit = new SignInLimit(() -> now);

  @Test
  void tenWrongTokensInAQuarterOfAnHourAreEnough() {
    fail("192.0.2.7", SignInLimit.WRONG_MAX - 1);
    assertThat(limit.allows("192.0.2.7")).isTrue();
    fail("192.0.2.7", 1);
    assertThat(limit.allows("192.0.2.7")).isFalse();
    assertThat(limit.allows("192.0.2.8")).isTrue();
  }

  @Test
  void theOldestIsForgottenAfterTheWindow() {
    fail("192.0.2.7", 1);
    now = now.plus(Duration.ofMinutes(5));
    fail("192.0.2.7", 9);
    now = now.plus(Duration.ofMinutes(10));
    assertThat(limit.allows("192.0.2.7")).isTrue();
    fail("192.0.2.7", 1);
    assertThat(limit.allows("192.0.2.7")).isFalse();
  }

  @Test
  void trialsWhileClosedDoNotKeepItClosed() {
    fail("192.0.2.7", 500);
    now = now.plus(SignInLimit.WINDOW);
    assertThat(limit.allows("192.0.2.7")).isTrue();
  }

  @Test
  void anIpv6CustomerIsOneAddress() {
    fail("2001:db8:1:2::1", 5);
    fail("[2001:db8:1:2:ffff::9]", 5);
    assertThat(limit.allows("2001:db8:1:2:3::3")).isFalse();
    assertThat(limit.allows("2001:db8:1:3::1")).isTrue();
  }

  @Test
  void manyAddressesAreBoundedAndTheOldestIsForgottenFirst() {
    fail("10.0.0.0", 10);
    for (int i = 0; i < SignInLimit.ADDRESSES_MAX; i++) {
      fail("11." + i / 65_536 + "." + i / 256 % 256 + "." + i % 256, 1);
    }
    assertThat(limit.allows("10.0.0.0")).isTrue();
  }

  private void fail(String address, int times) {
    for (int i = 0; i < times; i++) {
      limit.failed(address);
    }
  }
}
