package dev.pullcord.protocol.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.id.NodeName;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrdersTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void aStopIsSaidWithItsReason() {
    assertThat(new Orders.Stop("ann", "the disk", NOW).text())
        .isEqualTo("stopped by ann: the disk");
    assertThat(new Orders.Stop("ann", "", NOW).text()).isEqualTo("stopped by ann");
  }

  @Test
  void ordersAreCopiedAndInOrderOfName() {
    Map<String, Long> restarts = new LinkedHashMap<>(Map.of("b", 2L));
    restarts.put("a", 1L);
    Orders orders = new Orders(2, Map.of(), restarts, Map.of());
    restarts.clear();

    assertThat(orders.restarts().keySet()).containsExactly("a", "b");
    assertThatThrownBy(() -> orders.restarts().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aDecisionUnderAnotherNumberIsTheSameApartFromThat() {
    DesiredState first =
        new DesiredState(
            7,
            new NodeName("web-1"),
            "fleet",
            "refs/heads/main",
            null,
            null,
            null,
            1,
            NOW,
            Map.of("dc", "a"),
            Orders.NONE);
    DesiredState later = first.as(8, "b1f0", NOW.plusSeconds(1));

    assertThat(later.revision()).isEqualTo(8);
    assertThat(later.incarnation()).isEqualTo("b1f0");
    assertThat(later.serverTime()).isEqualTo(NOW.plusSeconds(1));
    assertThat(later.as(7, null, NOW)).isEqualTo(first);
  }
}
