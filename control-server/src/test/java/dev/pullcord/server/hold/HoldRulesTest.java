package dev.pullcord.server.hold;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.server.store.FreezeTable.StoredFreeze;
import dev.pullcord.server.store.RefTable.BranchHead;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HoldRulesTest {
  /** A Friday, 11:00 in Berlin. */
  private static final Instant T = Instant.parse("2026-11-27T10:00:00Z");

  private static final Window OFFICE = new Window("mon-fri 08:00-18:00", "Europe/Berlin");
  private static final HoldSubject GREP =
      new HoldSubject("main", null, Map.of("role", "grep", "dc", "ber"));

  private final List<StoredFreeze> freezes = new ArrayList<>();
  private final List<BranchHead> heads = new ArrayList<>();

  private void freeze(String ref, String selector, Duration duration, @Nullable Window outside) {
    freezes.add(
        new StoredFreeze(ref, selector, "ann", "release week", T, T.plus(duration), outside));
  }

  private void windows(String branch, Window... windows) {
    heads.add(new BranchHead(branch, commit(1), null, "s", "a", "p").with(List.of(windows)));
  }

  private Optional<Hold> of(HoldSubject node, Instant at) {
    return new HoldRules(freezes, heads).of(node, at);
  }

  private boolean isHeld(HoldSubject node) {
    return of(node, T).isPresent();
  }

  private static Hold words(Hold hold) {
    return new Hold(hold.reason(), hold.until(), null);
  }

  @Test
  void aHoldNamesItsFreezeAndAWindowHasNone() {
    freeze("main", "", Duration.ofHours(8), null);
    assertThat(of(GREP, T).orElseThrow().freeze()).isNotNull().matches(f -> f.isOf("main", ""));
    freezes.clear();
    windows("main", OFFICE);
    assertThat(of(GREP, T.plus(Duration.ofDays(1))).orElseThrow().freeze()).isNull();
  }

  @Test
  void nobodyIsHeldByNothing() {
    assertThat(isHeld(GREP)).isFalse();
  }

  @Test
  void aFreezeOfTheFleetHoldsEverybodyUntilItsEnd() {
    freeze("", "", Duration.ofHours(8), null);

    assertThat(of(GREP, T).map(HoldRulesTest::words))
        .contains(
            new Hold(
                "held: frozen until 2026-11-27 18:00 UTC by ann: release week",
                T.plus(Duration.ofHours(8)),
                null));
    assertThat(of(GREP, T.plus(Duration.ofHours(8)).minusMillis(1))).isPresent();
    assertThat(of(GREP, T.plus(Duration.ofHours(8)))).isEmpty();
  }

  @Test
  void aWindowInAnHourThatTheClockLeavesOutHoldsUntilAWeekLater() {
    Window night = new Window("sun 02:00-03:00", "America/New_York");
    windows("main", night);
    freeze("prod", "", Duration.ofDays(365), night);
    Instant closed = Instant.parse("2027-03-07T08:00:00Z");
    Instant opens = Instant.parse("2027-03-21T06:00:00Z");
    String when = "; it opens Sun 2027-03-21 02:00 America/New_York";

    assertThat(of(GREP, closed).map(HoldRulesTest::words))
        .contains(new Hold("held: outside the window " + night.text() + when, opens, null));
    assertThat(of(new HoldSubject("prod", null, Map.of()), closed).orElseThrow().reason())
        .endsWith(when);
  }

  @Test
  void aFreezeOfABranchHoldsThoseThatFollowItAndThoseThatArePinnedToIt() {
    freeze("main", "", Duration.ofHours(8), null);

    assertThat(isHeld(GREP)).isTrue();
    assertThat(isHeld(new HoldSubject("prod", null, Map.of()))).isFalse();
    assertThat(isHeld(new HoldSubject("prod", "main", Map.of()))).isTrue();
    assertThat(isHeld(new HoldSubject("main", "prod", Map.of())))
        .as("a pin is no way around it")
        .isTrue();
  }

  @Test
  void aFreezeOfASelectorHoldsWhomItChooses() {
    freeze("", "role=grep,dc!=sea", Duration.ofHours(8), null);

    assertThat(isHeld(GREP)).isTrue();
    assertThat(isHeld(new HoldSubject("main", null, Map.of("role", "beat")))).isFalse();
    assertThat(isHeld(new HoldSubject("main", null, Map.of("role", "grep", "dc", "sea"))))
        .isFalse();
  }

  @Test
  void ofSeveralFreezesTheLongestIsTheReasonAndTheEnd() {
    freeze("", "", Duration.ofHours(1), null);
    freeze("main", "", Duration.ofHours(3), null);

    assertThat(of(GREP, T).orElseThrow().until()).isEqualTo(T.plus(Duration.ofHours(3)));
    assertThat(of(GREP, T).orElseThrow().reason()).contains("until 2026-11-27 13:00 UTC");
  }

  @Test
  void outsideAWindowNodesWaitForItsOpening() {
    windows("main", OFFICE);

    assertThat(isHeld(GREP)).as("Friday 11:00").isFalse();
    Instant saturday = T.plus(Duration.ofDays(1));
    assertThat(of(GREP, saturday).map(HoldRulesTest::words))
        .contains(
            new Hold(
                "held: outside the window mon-fri 08:00-18:00 Europe/Berlin; it opens Mon"
                    + " 2026-11-30 08:00 Europe/Berlin",
                Instant.parse("2026-11-30T07:00:00Z"),
                null));
    assertThat(of(new HoldSubject("prod", null, Map.of()), saturday)).isEmpty();
  }

  @Test
  void oneOpenWindowOfSeveralIsEnough() {
    windows("main", OFFICE, new Window("sat 10:00-12:00", "UTC"));

    assertThat(of(GREP, Instant.parse("2026-11-28T10:30:00Z"))).isEmpty();
    assertThat(of(GREP, Instant.parse("2026-11-28T09:00:00Z")).orElseThrow().until())
        .isEqualTo(Instant.parse("2026-11-28T10:00:00Z"));
  }

  @Test
  void aFreezeThatEndsAtNightGoesOnUntilTheWindowOpens() {
    windows("main", OFFICE);
    freeze("", "", Duration.ofHours(12), null); // until 23:00 in Berlin

    Hold hold = of(GREP, T).orElseThrow();
    assertThat(hold.reason()).startsWith("held: frozen until 2026-11-27 22:00 UTC");
    assertThat(hold.until()).isEqualTo(Instant.parse("2026-11-30T07:00:00Z"));
  }

  @Test
  void aFreezeOutsideAWindowIsAWindowOfAnOperator() {
    freeze("", "", Duration.ofDays(30), OFFICE);

    assertThat(isHeld(GREP)).isFalse();
    assertThat(of(GREP, T.plus(Duration.ofDays(1))).map(HoldRulesTest::words))
        .contains(
            new Hold(
                "held: frozen outside mon-fri 08:00-18:00 Europe/Berlin by ann: release week; it"
                    + " opens Mon 2026-11-30 08:00 Europe/Berlin",
                Instant.parse("2026-11-30T07:00:00Z"),
                null));
    assertThat(of(GREP, T.plus(Duration.ofDays(31)))).as("the order has ended").isEmpty();
  }

  @Test
  void whatNeverOpensHasNoEnd() {
    windows("main", new Window("mon 08:00-09:00", "UTC"));
    freeze("", "", Duration.ofDays(3650), new Window("tue 08:00-09:00", "UTC"));

    assertThat(of(GREP, T).orElseThrow().until()).isNull();
  }

  @Test
  void whatIsClosedIsAnotherTextOnceAWindowOpens() {
    windows("main", OFFICE);
    HoldRules rules = new HoldRules(freezes, heads);

    assertThat(rules.closedAt(Instant.parse("2026-11-30T06:59:59Z")))
        .isEqualTo(rules.closedAt(T.plus(Duration.ofDays(1))))
        .isNotEqualTo(rules.closedAt(Instant.parse("2026-11-30T07:00:00Z")));
  }
}
