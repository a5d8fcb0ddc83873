package dev.pullcord.protocol.manifest.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Days and hours as they are written, and whether a clock is within them. */
class WindowHoursTest {
  /** Monday 2026-01-05 is the first of a week. */
  private static boolean open(String hours, int day, String time) {
    return WindowHours.parse(hours)
        .contains(LocalDateTime.parse("2026-01-%02dT%s".formatted(4 + day, time)));
  }

  @ParameterizedTest
  @CsvSource({
    "mon-fri 08:00-18:00, 1, 07:59:59, false",
    "mon-fri 08:00-18:00, 1, 08:00, true",
    "mon-fri 08:00-18:00, 5, 17:59:59, true",
    "mon-fri 08:00-18:00, 5, 18:00, false",
    "mon-fri 08:00-18:00, 6, 12:00, false",
    "daily 08:00 - 18:00, 7, 12:00, true",
    "sat 10:00-24:00, 6, 23:59:59, true",
    "sat 10:00-24:00, 7, 00:00, false",
    "daily 00:00-24:00, 3, 00:00, true",
    "daily 00:00-24:00, 3, 23:59, true",
  })
  void opensAtItsFirstMomentAndClosesAtItsLast(String hours, int day, String time, boolean open) {
    assertThat(open(hours, day, time)).isEqualTo(open);
  }

  @ParameterizedTest
  @CsvSource({
    "fri 22:00-04:00, 5, 21:59, false",
    "fri 22:00-04:00, 5, 22:00, true",
    "fri 22:00-04:00, 6, 03:59, true",
    "fri 22:00-04:00, 6, 04:00, false",
    "fri 22:00-04:00, 5, 03:00, false",
    "fri 22:00-04:00, 6, 22:00, false",
    "sun 22:00-04:00, 1, 03:00, true",
  })
  void hoursOverMidnightBelongToTheDayOnWhichTheyBegin(
      String hours, int day, String time, boolean open) {
    assertThat(open(hours, day, time)).isEqualTo(open);
  }

  @Test
  void daysMayBeListedAndGoOverTheEndOfAWeek() {
    assertThat(WindowHours.parse("sat,sun 10:00-12:00").days())
        .containsExactly(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);
    assertThat(WindowHours.parse("sat-mon,wed 10:00-12:00").days())
        .containsExactly(
            DayOfWeek.MONDAY, DayOfWeek.WEDNESDAY, DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);
    assertThat(WindowHours.parse("mon-mon 10:00-12:00").days()).containsExactly(DayOfWeek.MONDAY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "08:00-18:00",
        "mon",
        "monday 08:00-18:00",
        "Mon 08:00-18:00",
        "mon-wed-fri 08:00-18:00",
        "mon, 08:00-18:00",
        "mon 8:00-18:00",
        "mon 08:00",
        "mon 08:00-18:00 UTC",
      })
  void anotherFormIsRefusedWithOnesThatAreRight(String text) {
    assertThatThrownBy(() -> WindowHours.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mon-fri 08:00-18:00, sat,sun 10:00-24:00 or daily 22:00-04:00");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mon 24:00-08:00", "mon 08:60-18:00", "mon 08:00-25:00"})
  void aTimeIsOneOfADay(String text) {
    assertThatThrownBy(() -> WindowHours.parse(text))
        .hasMessageContaining("is no time of day; 00:00 to 23:59 expected, and 24:00 as an end");
  }

  @Test
  void whatOpensAndClosesAtOnceIsNotTakenForAWholeDay() {
    assertThatThrownBy(() -> WindowHours.parse("mon 08:00-08:00"))
        .hasMessageContaining("opens and closes at the same time; a whole day is 00:00-24:00");
    assertThatThrownBy(() -> WindowHours.parse("mon 00:00-00:00"))
        .hasMessageContaining("opens and closes at the same time");
  }
}
