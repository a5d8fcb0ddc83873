package dev.pullcord.protocol.manifest.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTest {
  private static final Window OFFICE = new Window("mon-fri 08:00-18:00", "Europe/Berlin");
  private static final Window NIGHT = new Window("fri,sat 22:00-04:00", "Europe/Berlin");
  private static final Window EARLY = new Window("daily 02:15-02:45", "Europe/Berlin");

  private static Instant utc(String text) {
    return Instant.parse(text + ":00Z");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-27T06:59, false", // Friday 07:59
    "2026-11-27T07:00, true",
    "2026-11-27T16:59, true",
    "2026-11-27T17:00, false", // 18:00
    "2026-11-28T10:00, false", // Saturday
    "2026-11-30T07:00, true" // Monday 08:00
  })
  void officeHoursAreOpenFromTheFirstMinuteToTheLast(String at, boolean open) {
    assertThat(OFFICE.isOpen(utc(at))).isEqualTo(open);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-27T20:59, false", // Friday 21:59
    "2026-11-27T21:00, true",
    "2026-11-28T02:59, true", // Saturday 03:59, since Friday
    "2026-11-28T03:00, false",
    "2026-11-29T02:59, true", // Sunday 03:59, since Saturday
    "2026-11-29T21:00, false", // Sunday 22:00 is no night of the window
    "2026-11-30T01:00, false"
  })
  void hoursOverMidnightBelongToTheDayOnWhichTheyBegin(String at, boolean open) {
    assertThat(NIGHT.isOpen(utc(at))).isEqualTo(open);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-27T17:00, 2026-11-30T07:00", // after Friday's end: Monday
    "2026-11-27T06:00, 2026-11-27T07:00",
    "2026-11-27T12:00, 2026-11-27T12:00", // it is open
    // the clock goes forward on Sunday 2026-03-29 and back on Sunday 2026-10-25
    "2026-03-27T18:00, 2026-03-30T06:00",
    "2026-10-23T18:00, 2026-10-26T07:00"
  })
  void sameHourOnTheClockIsAnotherHourInUtcAfterAChange(String from, String opens) {
    assertThat(OFFICE.opensNext(utc(from))).contains(utc(opens));
  }

  @Test
  void anHourThatTheClockLeavesOutIsNotThere() {
    // In Berlin it is 03:00 after 01:59 on 2026-03-29.
    assertThat(EARLY.opensNext(utc("2026-03-28T02:00"))).contains(utc("2026-03-30T00:15"));
    Window longer = new Window("sun 02:30-05:00", "Europe/Berlin");
    assertThat(longer.opensNext(utc("2026-03-28T02:00")))
        .as("the clock jumps into it, at 03:00")
        .contains(utc("2026-03-29T01:00"));
  }

  @ParameterizedTest
  @CsvSource({
    // window, zone, just after it has closed the week before the jump, when it opens two weeks on
    "sun 02:00-03:00, America/New_York, 2027-03-07T08:00, 2027-03-21T06:00",
    "sun 02:00-03:00, Europe/Berlin, 2027-03-21T02:00, 2027-04-04T00:00",
    "sun 02:30-03:00, Europe/Berlin, 2027-03-21T02:00, 2027-04-04T00:30",
    "sun 01:00-02:00, Europe/London, 2027-03-21T02:00, 2027-04-04T00:00",
    "fri 02:00-03:00, Asia/Jerusalem, 2027-03-19T01:00, 2027-04-01T23:00"
  })
  void aWeeklyHourThatTheClockLeavesOutOpensAWeekLater(
      String open, String zone, String from, String opens) {
    Window window = new Window(open, zone);
    assertThat(window.opensNext(utc(from))).contains(utc(opens));
    assertThat(window.nextOpening(utc(from))).isEqualTo("it opens " + window.shown(utc(opens)));
  }

  @Test
  void noZoneKeepsAWeeklyHourClosedForLongerThanIsLookedAhead() {
    Instant last = utc("2040-01-01T00:00");
    for (String name : ZoneId.getAvailableZoneIds()) {
      ZoneRules rules = ZoneId.of(name).getRules();
      ZoneOffsetTransition jump = rules.nextTransition(utc("2026-01-01T00:00"));
      while (jump != null && jump.getInstant().isBefore(last)) {
        LocalDateTime left = jump.getDateTimeBefore();
        LocalDateTime right = jump.getDateTimeAfter();
        if (jump.isGap() && left.toLocalDate().equals(right.toLocalDate())) {
          String day = left.getDayOfWeek().name().substring(0, 3).toLowerCase(Locale.ROOT);
          Window window =
              new Window("%s %s-%s".formatted(day, left.toLocalTime(), right.toLocalTime()), name);
          Instant weekBefore = jump.getInstant().minus(Duration.ofDays(6));
          assertThat(window.opensNext(weekBefore)).as(window.text()).isPresent();
        }
        jump = rules.nextTransition(jump.getInstant());
      }
    }
  }

  @Test
  void anHourThatComesTwiceIsOpenTwice() {
    // In Berlin it is 02:00 to 03:00 twice on 2026-10-25.
    assertThat(EARLY.opensNext(utc("2026-10-24T12:00"))).contains(utc("2026-10-25T00:15"));
    assertThat(EARLY.isOpen(utc("2026-10-25T00:50"))).isFalse();
    assertThat(EARLY.opensNext(utc("2026-10-25T00:50"))).contains(utc("2026-10-25T01:15"));
    assertThat(EARLY.opensNext(utc("2026-10-25T01:50"))).contains(utc("2026-10-26T01:15"));
  }

  @Test
  void newYorkChangesOnOtherDays() {
    Window office = new Window("mon-fri 08:00-18:00", "America/New_York");
    // Forward on Sunday 2026-03-08, back on Sunday 2026-11-01.
    assertThat(office.opensNext(utc("2026-03-06T23:00"))).contains(utc("2026-03-09T12:00"));
    assertThat(office.opensNext(utc("2026-10-30T22:00"))).contains(utc("2026-11-02T13:00"));
    Window night = new Window("sat 23:00-02:30", "America/New_York");
    assertThat(night.isOpen(utc("2026-03-08T06:59"))).as("01:59").isTrue();
    assertThat(night.isOpen(utc("2026-03-08T07:00"))).as("03:00").isFalse();
    assertThat(night.isOpen(utc("2026-11-01T05:30"))).as("01:30 the first time").isTrue();
    assertThat(night.isOpen(utc("2026-11-01T06:30"))).as("01:30 the second time").isTrue();
    assertThat(night.isOpen(utc("2026-11-01T07:29"))).as("02:29").isTrue();
    assertThat(night.isOpen(utc("2026-11-01T07:30"))).as("02:30").isFalse();
  }

  @Test
  void opensNextIsTheFirstOpenMomentOfEveryQuarterOfAnHourOfAYear() {
    for (Window window : new Window[] {OFFICE, NIGHT, EARLY}) {
      Instant at = utc("2026-12-31T23:45");
      Instant next = window.opensNext(at).orElseThrow();
      for (; at.isAfter(utc("2026-01-01T00:00")); at = at.minus(Duration.ofMinutes(15))) {
        next = window.isOpen(at) ? at : next;
        assertThat(window.opensNext(at)).as("%s from %s", window.text(), at).contains(next);
      }
    }
  }

  @Test
  void aWholeDayAndAWholeWeekAreOpenThroughout() {
    Window always = new Window("daily 00:00-24:00", "UTC");
    assertThat(always.isOpen(utc("2026-11-29T00:00"))).isTrue();
    assertThat(always.isOpen(utc("2026-11-29T23:59"))).isTrue();
    Window overTheWeekend = new Window("fri-mon 20:00-24:00", "UTC");
    assertThat(overTheWeekend.isOpen(utc("2026-11-30T23:59"))).as("Monday").isTrue();
    assertThat(overTheWeekend.isOpen(utc("2026-12-01T20:00"))).as("Tuesday").isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mon-fri",
        "08:00-18:00",
        "mon 8:00-18:00",
        "mon 08:00-24:01",
        "mon 24:00-08:00",
        "mon 08:60-09:00",
        "mon-wed-fri 08:00-18:00",
        "monday 08:00-18:00",
        "mon, 08:00-18:00",
        "Mon 08:00-18:00",
        "mon 08:00-08:00",
        "mon 08:00-18:00 UTC"
      })
  void whatIsNoWindowIsRefusedWithWhatWasExpected(String open) {
    assertThatThrownBy(() -> new Window(open, "UTC"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(".*(expected|00:00-24:00).*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Berlin", "+02:00", "UTC+2", "Europe/Nowhere", "europe/berlin"})
  void aZoneWithoutANameIsRefused(String zone) {
    assertThatThrownBy(() -> new Window("daily 08:00-18:00", zone))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Europe/Berlin");
  }

  @Test
  void aMomentIsShownAsTheWindowsClockShowsIt() {
    assertThat(OFFICE.shown(utc("2026-11-30T07:00")))
        .isEqualTo("Mon 2026-11-30 08:00 Europe/Berlin");
    assertThat(OFFICE.text()).isEqualTo("mon-fri 08:00-18:00 Europe/Berlin");
  }
}
