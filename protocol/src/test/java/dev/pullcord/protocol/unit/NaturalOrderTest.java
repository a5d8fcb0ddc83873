package dev.pullcord.protocol.unit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
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
  void numbersOfMoreDigitsThanALongHasAreInTheirOrderToo() {
    List<String> names =
        List.of(
            "a9", "a999999999999", "a1000000000000", "a" + "9".repeat(40), "a1" + "0".repeat(40));
    assertThat(names.reversed().stream().sorted(NaturalOrder.OF_NAMES).toList()).isEqualTo(names);
    assertThat(names.reversed().stream().sorted(Comparator.comparing(NaturalOrder::key)).toList())
        .isEqualTo(names);
    assertThat(NaturalOrder.OF_NAMES.compare(names.getLast(), names.getLast())).isZero();
  }

  @Test
  void theKeysAreInTheOrderOfTheNames() {
    List<String> names =
        List.of(
            "", "-", "0", "00", "1", "01", "1-2", "1-10", "10", "a", "a-1", "a0", "a1b", "a1",
            "a01", "a2", "a10b3", "a10b20", "a:", "b");
    for (String one : names) {
      for (String other : names) {
        int byKey = NaturalOrder.key(one).compareTo(NaturalOrder.key(other));
        int byName = NaturalOrder.OF_NAMES.compare(one, other);
        assertThat(Integer.signum(byName))
            .as(one + " and " + other)
            .isEqualTo(Integer.signum(byKey == 0 ? one.compareTo(other) : byKey));
      }
    }
  }
}
