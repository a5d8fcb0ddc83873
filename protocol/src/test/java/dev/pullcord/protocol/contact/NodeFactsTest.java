package dev.pullcord.protocol.contact;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeFactsTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final long GIB = 1L << 30;

  private static NodeFacts facts(String text, long total, long free, @Nullable Instant at) {
    return new NodeFacts(text, text, text, total, free, at);
  }

  @Test
  void hostileTextsAreCleanedAndCut() {
    NodeFacts facts = facts("a\u001b[31m\n\u202eb" + "x".repeat(5000), 1, 1, AT);

    assertThat(facts.system()).hasSizeLessThanOrEqualTo(100);
    assertThat(facts.kernel()).startsWith("a\\u001b[31m\\u000a\\u202eb");
    assertThat(facts.python()).isEqualTo(facts.kernel());
    assertThat(facts("  ", 1, 1, AT).system()).isEqualTo("unknown");
  }

  @Test
  void impossibleNumbersAndTimesArePutRight() {
    assertThat(facts("a", -1, 7, AT).diskFreeBytes()).isZero();
    assertThat(facts("a", 5, 7, AT).diskFreeBytes()).isEqualTo(5);
    assertThat(facts("a", 5, -7, AT).diskFreeBytes()).isZero();
    assertThat(facts("a", 5, 5, Instant.MAX).startedAt()).isNull();
    assertThat(facts("a", 5, 5, Instant.MIN).startedAt()).isNull();
  }

  @Test
  void aPercentOfTheDiskIsNewsAndLessIsNot() {
    NodeFacts before = facts("a", 100 * GIB, 50 * GIB, AT);

    assertThat(before.isNewsAfter(null)).isTrue();
    assertThat(before.isNewsAfter(before)).isFalse();
    assertThat(facts("a", 100 * GIB, 50 * GIB - 7, AT).isNewsAfter(before)).isFalse();
    assertThat(facts("a", 100 * GIB, 48 * GIB, AT).isNewsAfter(before)).isTrue();
    assertThat(facts("b", 100 * GIB, 50 * GIB, AT).isNewsAfter(before)).isTrue();
    assertThat(facts("a", 100 * GIB, 50 * GIB, AT.plusSeconds(1)).isNewsAfter(before)).isTrue();
  }

  @Test
  void theRoomOfADiskIsReadByPeople() {
    assertThat(facts("a", 40 * GIB, 91 << 20, AT).disk()).isEqualTo("91 MiB of 40.0 GiB free");
    assertThat(facts("a", 0, 0, AT).disk()).isEqualTo("unknown");
  }
}
