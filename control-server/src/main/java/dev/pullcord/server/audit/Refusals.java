package dev.pullcord.server.audit;

import dev.pullcord.server.store.AuditTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bounds what refusals write. The first of a sort is an entry at once; those like it are counted,
 * and the count is one entry when its time is over, which is a minute at first and doubles up to an
 * hour while they go on. Beyond {@link #FIRST_PER_MINUTE} first ones in a minute, or {@link
 * #SORTS_MAX} sorts, all the others are one sort.
 *
 * <p>Alike are refusals of the same action to the same caller from the same address; with a caller
 * who is known, of the same subject too.
 */
final class Refusals {
  static final int FIRST_PER_MINUTE = 60;
  static final int SORTS_MAX = 1000;
  static final Duration SHORTEST = Duration.ofMinutes(1);
  static final Duration LONGEST = Duration.ofHours(1);

  /** What the entry is called that counts the others. */
  static final String MANY = "refused.many";

  private final Map<List<String>, Count> sorts = new LinkedHashMap<>();
  private Instant minute = Instant.EPOCH;
  private int first;

  /** Counts it; the entry that is to be written now, if one is. */
  synchronized Optional<AuditTable.Act> note(AuditTable.Act entry) {
    Count known = sorts.get(sort(entry));
    if (known != null) {
      known.another(entry);
      return Optional.empty();
    }
    if (Duration.between(minute, entry.at()).abs().compareTo(SHORTEST) >= 0) {
      minute = entry.at();
      first = 0;
    }
    if (sorts.size() >= SORTS_MAX || first >= FIRST_PER_MINUTE) {
      sorts.computeIfAbsent(List.of(MANY), _ -> new Count(many(entry), entry.at())).times++;
      return Optional.empty();
    }
    first++;
    sorts.put(sort(entry), new Count(entry, entry.at()));
    return Optional.of(entry);
  }

  /** The counts whose time is over. */
  synchronized List<AuditTable.Act> due(Instant now) {
    List<AuditTable.Act> due = new ArrayList<>();
    Iterator<Count> counts = sorts.values().iterator();
    while (counts.hasNext()) {
      Count count = counts.next();
      if (now.isBefore(count.until)) {
        continue;
      }
      if (count.times == 0) {
        counts.remove();
      } else {
        due.add(count.entry(now));
        count.again(now);
      }
    }
    return due;
  }

  /** All counts, as the last that is asked. */
  synchronized List<AuditTable.Act> all(Instant now) {
    List<AuditTable.Act> all =
        sorts.values().stream().filter(c -> c.times > 0).map(c -> c.entry(now)).toList();
    sorts.clear();
    return all;
  }

  private static List<String> sort(AuditTable.Act entry) {
    AuditTable.Source from = entry.from();
    return List.of(
        entry.what(),
        entry.who(),
        from == null ? "" : from.way() + " " + from.address(),
        entry.who().equals(AuditTrail.UNKNOWN) ? "" : entry.subject());
  }

  private static AuditTable.Act many(AuditTable.Act one) {
    return new AuditTable.Act(
        one.at(), AuditTrail.UNKNOWN, null, MANY, "several", null, "too many at once", true, 1);
  }

  private static final class Count {
    private final AuditTable.Act like;
    private Duration window = SHORTEST;
    private Instant until;
    private int times;
    private boolean elsewhere;

    Count(AuditTable.Act like, Instant now) {
      this.like = like;
      this.until = now.plus(window);
    }

    void another(AuditTable.Act entry) {
      times++;
      elsewhere |= !entry.subject().equals(like.subject());
    }

    AuditTable.Act entry(Instant now) {
      return new AuditTable.Act(
          now,
          like.who(),
          like.from(),
          like.what(),
          like.subject(),
          like.before(),
          like.after() + (elsewhere ? ", and others like it" : ""),
          true,
          times);
    }

    void again(Instant now) {
      times = 0;
      elsewhere = false;
      window = window.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : window.multipliedBy(2);
      until = now.plus(window);
    }
  }
}
