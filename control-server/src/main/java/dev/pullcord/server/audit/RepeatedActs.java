package dev.pullcord.server.audit;

import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bounds what acts write that a node or a viewer can repeat as often as it likes, so that they do
 * not push other people's acts out of the log. The first of a sort is an entry at once; those like
 * it are counted, and the count is one entry after ten minutes, or up to an hour while they go on.
 *
 * <p>Alike are the same acts of the same one on the same subject, from the same address while no
 * more than {@link #SORTS_MAX} sorts are counted.
 */
public final class RepeatedActs {
  static final int SORTS_MAX = 1000;
  static final Duration SHORTEST = Duration.ofMinutes(10);

  private final Map<List<String>, ActCount> sorts = new LinkedHashMap<>();

  /** Counts it; the entry that is to be written now, if one is. */
  public synchronized Optional<AuditTable.Act> note(AuditTable.Act act) {
    ActCount known = sorts.get(sort(act, true));
    if (known == null && sorts.size() >= SORTS_MAX) {
      known = sorts.get(sort(act, false));
    }
    if (known != null) {
      known.another();
      return Optional.empty();
    }
    sorts.put(sort(act, sorts.size() < SORTS_MAX), new ActCount(act, act.at(), SHORTEST));
    return Optional.of(act);
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

  /** Writes the counts whose time is over. */
  public void keepDue(Store store, Instant now) {
    keep(store, due(now));
  }

  /** Writes all counts. */
  public void keepAll(Store store, Instant now) {
    keep(store, all(now));
  }

  private static void keep(Store store, List<AuditTable.Act> counted) {
    if (!counted.isEmpty()) {
      store.write(tables -> {
        counted.forEach(tables.audit()::append);
        return counted.size();
      });
    }
  }

  private static List<String> sort(AuditTable.Act act, boolean byAddress) {
    AuditTable.Source from = byAddress ? act.from() : null;
    return List.of(
        act.what(),
        act.who(),
        act.subject(),
        from == null ? "" : from.way() + " " + from.address());
  }
}
