package dev.pullcord.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.store.AuditTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalsTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Refusals refusals = new Refusals();
  private final List<AuditTable.Act> written = new ArrayList<>();

  private void refuse(String who, String address, String subject) {
    AuditTable.Source from = new AuditTable.Source(AuditTable.Way.API, address);
    refusals
        .note(new AuditTable.Act(now, who, from, "denied", subject, null, "why", true, 1))
        .ifPresent(written::add);
  }

  private void guess(String address) {
    refuse(AuditTrail.UNKNOWN, address, "/api/v1/" + written.size());
  }

  private void pass(Duration time) {
    now = now.plus(time);
    written.addAll(refusals.due(now));
  }

  private List<Integer> times() {
    return written.stream().map(AuditTable.Act::times).toList();
  }

  @Test
  void theFirstIsAnEntryAtOnceAndTheOthersOfTheMinuteAreOneMore() {
    for (int i = 0; i < 12; i++) {
      guess("192.0.2.1");
    }
    assertThat(times()).containsExactly(1);
    pass(Duration.ofSeconds(59));
    assertThat(times()).containsExactly(1);
    pass(Duration.ofSeconds(1));
    assertThat(times()).containsExactly(1, 11);
    assertThat(written.getLast().at()).isEqualTo(now);
    pass(Duration.ofMinutes(2));
    guess("192.0.2.1");
    assertThat(times()).containsExactly(1, 11, 1);
  }

  @Test
  void countSaysWhetherAllWereOfTheSameThing() {
    refuse(AuditTrail.UNKNOWN, "192.0.2.1", "/a");
    refuse(AuditTrail.UNKNOWN, "192.0.2.1", "/a");
    pass(Duration.ofMinutes(1));
    assertThat(written.getLast().after()).isEqualTo("why");
    refuse(AuditTrail.UNKNOWN, "192.0.2.1", "/b");
    pass(Duration.ofMinutes(2));
    assertThat(written.getLast().after()).isEqualTo("why, and others like it");
  }

  @Test
  void whoIsKnownHasAnEntryForEachThing() {
    refuse("bob", "192.0.2.1", "/a");
    refuse("bob", "192.0.2.1", "/b");
    refuse("bob", "192.0.2.2", "/b");
    refuse("ann", "192.0.2.2", "/b");
    refuse("bob", "192.0.2.1", "/a");
    assertThat(written).hasSize(4);
  }

  @Test
  void whoGoesOnAllDayHasAboutOneEntryAnHour() {
    for (int second = 0; second < 86_400; second += 5) {
      guess("192.0.2.1");
      pass(Duration.ofSeconds(5));
    }
    assertThat(written).hasSizeBetween(24, 32);
    int left = refusals.all(now).stream().mapToInt(AuditTable.Act::times).sum();
    assertThat(times().stream().mapToInt(n -> n).sum() + left).isEqualTo(86_400 / 5);
  }

  @Test
  void manyAddressesAtOnceAreOneEntryAndNoneIsForgotten() {
    for (int i = 0; i < 5000; i++) {
      guess("192.0.2." + i);
    }
    assertThat(written).hasSize(Refusals.FIRST_PER_MINUTE);
    pass(Duration.ofMinutes(1));
    assertThat(written).hasSize(Refusals.FIRST_PER_MINUTE + 1);
    assertThat(written.getLast().what()).isEqualTo(Refusals.MANY);
    assertThat(times().stream().mapToInt(n -> n).sum()).isEqualTo(5000);
  }

  @Test
  void whatIsCountedIsBounded() {
    for (int minute = 0; minute < 40; minute++) {
      for (int i = 0; i < 100; i++) {
        guess("192.0." + minute + "." + i);
        guess("192.0." + minute + "." + i);
      }
      written.clear();
      pass(Duration.ofMinutes(1));
      assertThat(written).hasSizeLessThanOrEqualTo(Refusals.FIRST_PER_MINUTE + 1);
    }
  }
}
