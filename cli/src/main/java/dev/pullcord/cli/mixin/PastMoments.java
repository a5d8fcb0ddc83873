package dev.pullcord.cli.mixin;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.unit.Durations;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAdjusters;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Moments in the past as people write them: {@code 03:12}, {@code yesterday 03:12}, {@code fri
 * 03:12}, {@code 2026-01-31 03:12}, the same with a zone, or {@code 2h} for so long ago. A time
 * without a zone is in the operator's; one without a day is the last that there was.
 */
public final class PastMoments {
  private static final String EXPECTED =
      "03:12, yesterday 03:12, fri 03:12, 2026-01-31 03:12, 2026-01-31T03:12:00Z or 2h (so long"
          + " ago) is expected";

  private static final List<Function<String, LocalDateTime>> WITH_A_DAY =
      List.of(
          text -> LocalDateTime.parse(text.replaceFirst(" +", "T").toUpperCase(Locale.ROOT)),
          text -> LocalDate.parse(text).atStartOfDay());

  private final Instant now;
  private final ZoneId zone;

  private PastMoments(Instant now, ZoneId zone) {
    this.now = now;
    this.zone = zone;
  }

  /** Reads one; a {@link Failure} names the option and says what is expected. */
  public static Instant parse(String option, String text, Instant now, ZoneId zone) {
    Instant at = read(option, text, now, zone);
    if (at.isAfter(now)) {
      throw Failure.usage(
          "%s %s: that is still to come, it is %s now; a time in the past is expected"
              .formatted(option, Quoted.of(text), shown(now, zone)));
    }
    return at;
  }

  /** Fails as {@link #parse} does where the text has no form of a moment, whatever time it is. */
  public static void check(String option, String text, Instant now, ZoneId zone) {
    read(option, text, now, zone);
  }

  private static Instant read(String option, String text, Instant now, ZoneId zone) {
    return new PastMoments(now, zone)
        .read(text.strip())
        .orElseThrow(
            () -> Failure.usage("%s %s: no time; %s".formatted(option, Quoted.of(text), EXPECTED)));
  }

  /** As it is shown: to the second, with the zone. */
  public static String shown(Instant at, ZoneId zone) {
    ZonedDateTime local = at.atZone(zone);
    return "%tF %tT %s"
        .formatted(local, local, local.getOffset().getId().equals("Z") ? "UTC" : local.getOffset());
  }

  private Optional<Instant> read(String text) {
    return attempt(text, t -> now.minus(Durations.parse(t)))
        .or(() -> attempt(text, t -> OffsetDateTime.parse(t.replaceFirst(" +", "T")).toInstant()))
        .or(() -> attempt(text, t -> ZonedDateTime.parse(t).toInstant()))
        .or(() ->
            WITH_A_DAY.stream()
                .flatMap(form -> attempt(text, t -> in(form.apply(t))).stream())
                .findFirst())
        .or(() -> attempt(text, t -> lastAt(LocalTime.parse(t))))
        .or(() -> attempt(text, this::onNamedDay));
  }

  private static Optional<Instant> attempt(String text, Function<String, Instant> form) {
    try {
      return Optional.of(form.apply(text));
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      return Optional.empty(); // another form may fit
    }
  }

  private Instant in(LocalDateTime local) {
    return local.atZone(zone).toInstant();
  }

  private LocalDate today() {
    return now.atZone(zone).toLocalDate();
  }

  private Instant lastAt(LocalTime time) {
    Instant today = in(today().atTime(time));
    return today.isAfter(now) ? in(today().minusDays(1).atTime(time)) : today;
  }

  /** {@code today}, {@code yesterday} or a day of the week, and a time. */
  private Instant onNamedDay(String text) {
    String[] parts = text.toLowerCase(Locale.ROOT).split(" +");
    if (parts.length != 2) {
      throw new DateTimeParseException("a day and a time", text, 0);
    }
    LocalTime time = LocalTime.parse(parts[1]);
    LocalDate day =
        switch (parts[0]) {
          case "today" -> today();
          case "yesterday" -> today().minusDays(1);
          default -> today().with(TemporalAdjusters.previousOrSame(weekday(parts[0])));
        };
    Instant at = in(day.atTime(time));
    boolean named = !parts[0].equals("today") && !parts[0].equals("yesterday");
    return named && at.isAfter(now) ? in(day.minusWeeks(1).atTime(time)) : at;
  }

  private static DayOfWeek weekday(String word) {
    return Arrays.stream(DayOfWeek.values())
        .filter(day -> word.length() >= 3)
        .filter(day -> day.name().toLowerCase(Locale.ROOT).startsWith(word))
        .findFirst()
        .orElseThrow(() -> new DateTimeParseException("no day", word, 0));
  }
}
