package dev.pullcord.protocol.manifest.node;

import dev.pullcord.protocol.id.Quoted;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Hours in which something new may be activated. A window is open whenever a clock on the wall of
 * its zone shows one of its hours. So it follows daylight saving by itself: an hour that the clock
 * leaves out is not there, and an hour that comes twice is open twice.
 *
 * @param open days and hours, {@code mon-fri 08:00-18:00}
 * @param zone the name of a time zone, {@code Europe/Berlin}
 */
public record Window(String open, String zone) {
  /**
   * A window of one day is closed for two weeks where the clock leaves its hours out. The rest is
   * for the zone's distance to UTC.
   */
  private static final int DAYS_AHEAD = 16;

  private static final Set<String> ZONES = Set.copyOf(ZoneId.getAvailableZoneIds());

  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("EEE yyyy-MM-dd HH:mm", Locale.ROOT);

  /** Refuses what is no window, with what was expected. */
  public Window {
    WindowHours.parse(open);
    zoneOf(zone);
  }

  /** Whether something may be activated then. */
  public boolean isOpen(Instant at) {
    return WindowHours.parse(open).contains(LocalDateTime.ofInstant(at, zoneOf(zone)));
  }

  /**
   * When it is open next: that moment, or the first one after it. Empty if it stays closed for
   * longer than two weeks.
   */
  public Optional<Instant> opensNext(Instant from) {
    if (isOpen(from)) {
      return Optional.of(from);
    }
    ZoneRules rules = zoneOf(zone).getRules();
    WindowHours hours = WindowHours.parse(open);
    LocalDate today = LocalDateTime.ofInstant(from, zoneOf(zone)).toLocalDate();
    Set<Instant> candidates = new TreeSet<>();
    for (int day = 0; day <= DAYS_AHEAD; day++) {
      LocalDateTime opening = today.plusDays(day).atTime(hours.from());
      rules.getValidOffsets(opening).forEach(offset -> candidates.add(opening.toInstant(offset)));
    }
    // After a jump the clock may show an hour of the window without having shown its beginning.
    // A jump beyond the days that were looked at may come after openings that were not.
    Instant end = from.plus(Duration.ofDays(DAYS_AHEAD));
    ZoneOffsetTransition jump = rules.nextTransition(from);
    while (jump != null && jump.getInstant().isBefore(end)) {
      candidates.add(jump.getInstant());
      jump = rules.nextTransition(jump.getInstant());
    }
    return candidates.stream().filter(at -> at.isAfter(from) && isOpen(at)).findFirst();
  }

  /** {@code it opens Mon 2026-11-30 08:00 Europe/Berlin}: when it is open next, in words. */
  public String nextOpening(Instant from) {
    return opensNext(from)
        .map(at -> "it opens " + shown(at))
        .orElse("when it opens is not foreseen");
  }

  /** {@code Mon 2026-11-30 08:00 Europe/Berlin}: a moment as the window's clock shows it. */
  public String shown(Instant at) {
    return MOMENT.format(LocalDateTime.ofInstant(at, zoneOf(zone))) + " " + zone;
  }

  /** {@code mon-fri 08:00-18:00 Europe/Berlin}. */
  public String text() {
    return open + " " + zone;
  }

  private static ZoneId zoneOf(String name) {
    Optional<ZoneId> zone = Optional.empty();
    try {
      // Offsets such as +02:00 do not follow daylight saving, so only names are taken.
      zone = Optional.of(ZoneId.of(name)).filter(z -> ZONES.contains(z.getId()));
    } catch (DateTimeException _) {
      // Said below.
    }
    return zone.orElseThrow(() ->
        new IllegalArgumentException(
            Quoted.of(name)
                + " is no time zone; a name such as Europe/Berlin, America/New_York or UTC"
                + " expected"));
  }
}
