package dev.pullcord.protocol.manifest.node;

import dev.pullcord.protocol.id.Quoted;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Days and hours of a wall clock: {@code mon-fri 08:00-18:00}. Hours over midnight belong to the
 * day on which they begin.
 *
 * @param days on which it opens
 * @param from when it opens, included
 * @param to when it closes, not included; midnight, or earlier than {@code from}, is the next day
 */
record WindowHours(Set<DayOfWeek> days, LocalTime from, LocalTime to) {
  private static final Pattern FORM =
      Pattern.compile("(\\S+) +([0-9]{2}:[0-9]{2}) ?- ?([0-9]{2}:[0-9]{2})");
  private static final Pattern HOUR = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");
  private static final String END_OF_DAY = "24:00";
  private static final List<String> NAMES =
      Stream.of(DayOfWeek.values())
          .map(day -> day.name().substring(0, 3).toLowerCase(Locale.ROOT))
          .toList();

  WindowHours {
    days = Collections.unmodifiableSet(EnumSet.copyOf(days));
  }

  static WindowHours parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw malformed(text);
    }
    LocalTime from = hour(form.group(2));
    String end = form.group(3);
    LocalTime to = end.equals(END_OF_DAY) ? LocalTime.MIDNIGHT : hour(end);
    boolean wholeDay = from.equals(LocalTime.MIDNIGHT) && end.equals(END_OF_DAY);
    if (from.equals(to) && !wholeDay) {
      throw new IllegalArgumentException(
          Quoted.of(text) + " opens and closes at the same time; a whole day is 00:00-24:00");
    }
    return new WindowHours(days(form.group(1), text), from, to);
  }

  private static Set<DayOfWeek> days(String names, String text) {
    if (names.equals("daily")) {
      return EnumSet.allOf(DayOfWeek.class);
    }
    EnumSet<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String part : names.split(",", -1)) {
      String[] ends = part.split("-", -1);
      if (ends.length > 2) {
        throw malformed(text);
      }
      DayOfWeek first = day(ends[0], text);
      DayOfWeek last = day(ends[ends.length - 1], text);
      for (DayOfWeek day = first; day != last; day = day.plus(1)) {
        days.add(day);
      }
      days.add(last);
    }
    return days;
  }

  private static DayOfWeek day(String name, String text) {
    int index = NAMES.indexOf(name);
    if (index < 0) {
      throw malformed(text);
    }
    return DayOfWeek.of(index + 1);
  }

  private static LocalTime hour(String text) {
    if (!HOUR.matcher(text).matches()) {
      throw new IllegalArgumentException(
          Quoted.of(text) + " is no time of day; 00:00 to 23:59 expected, and 24:00 as an end");
    }
    return LocalTime.parse(text);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        Quoted.of(text)
            + " is not days and hours; mon-fri 08:00-18:00, sat,sun 10:00-24:00 or daily"
            + " 22:00-04:00 expected");
  }

  /** Whether a clock that shows this is within the hours. */
  boolean contains(LocalDateTime shown) {
    LocalTime time = shown.toLocalTime();
    boolean overMidnight = !from.isBefore(to);
    boolean sinceToday = !time.isBefore(from) && (overMidnight || time.isBefore(to));
    boolean sinceYesterday = overMidnight && time.isBefore(to);
    return (sinceToday && days.contains(shown.getDayOfWeek()))
        || (sinceYesterday && days.contains(shown.getDayOfWeek().minus(1)));
  }
}
