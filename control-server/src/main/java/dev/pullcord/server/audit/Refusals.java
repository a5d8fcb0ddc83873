package dev.pullcord.server.audit;

import dev.pullcord.server.store.AuditTable;
import java.time.Duration;
import java.time.Instant;
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

  /** What the entry is called that counts the others. */
  static final String MANY = "refused.many";

  private final Map<List<String>, ActCount> sorts = new LinkedHashMap<>();
  private Instant minute = Instant.EPOCH;
  private int first;

  /** Counts it; the entry that is to be written now, if one is. */
  synchronized Optional<AuditTable.Act> note(AuditTable.Act entry) {
    ActCount known = sorts.get(sort(entry));
    if (known != null) {
      known.another(entry);
      return Optional.empty();
    }
    if (Duration.between(minute, entry.at()).abs().compareTo(SHORTEST) >= 0) {
      minute = entry.at();
      first = 0;
    }
    if (sorts.size() >= SORTS_MAX || first >= FIRST_PER_MINUTE) {
      sorts.computeIfAbsent(List.of(MANY), _ -> count(many(entry), entry.at())).another();
      return Optional.empty();
    }
    first++;
    sorts.put(sort(entry), count(entry, entry.at()));
    return Optional.of(entry);
  }

  private static ActCount count(AuditTable.Act like, Instant now) {
    return new ActCount(like, now, SHORTEST);
  }

  /** The counts whose time is over. */
  synchronized List<AuditTable.Act> due(Instant now) {
    return ActCount.due(sorts.values(), now);
  }

  /** All counts, as the last that is asked. */
  synchronized List<AuditTable.Act> all(Instant now) {
    List<AuditTable.Act> all = ActCount.all(sorts.values(), now);
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
}
