package dev.pullcord.protocol.unit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Names as people count. */
class NaturalOrderTest {
  @Test
  void theTenthComesAfterTheSecond() {
    List<String> names =
        List.of("web-10", "web-2", "db", "web-1", "web-02", "ams10-web-1", "ams2-web-3");
    assertThat(names.stream().sorted(NaturalOrder.OF_NAMES).toList())
        .isEqualTo(
            List.of("ams2-web-3", "ams10-web-1", "db", "web-1", "web-02", "web-2", "web-10"));
  }

  @Test
  void numbersThatAreLongerThanAnyAreInSomeOrderToo() {
    String longer = "9".repeat(40);
    assertThat(NaturalOrder.OF_NAMES.compare("a" + longer, "a" + longer)).isZero();
    assertThat(NaturalOrder.key("a" + longer)).isEqualTo("a" + longer);
  }
}
