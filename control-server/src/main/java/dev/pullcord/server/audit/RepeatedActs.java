package dev.pullcord.server.audit;

import dev.pullcord.server.security.limit.ClientNetwork;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds what acts write that a node or a viewer can repeat as often as it likes, so that they do
 * not push other people's acts out of the log. The first of a sort is an entry at once; those like
 * it are counted, and the count is one entry after ten minutes, or up to an hour while they go on.
 *
 * <p>Alike are the same acts of the same one from the same network; where no address is known, on
 * the same subject. Beyond {@link #NETWORKS_MAX} networks of one, or {@link #SORTS_MAX} sorts,
 * those from all others are one sort, until an hour has none of them.
 */
public final class RepeatedActs {
  private static final Logger LOG = LoggerFactory.getLogger(RepeatedActs.class);

  static final int SORTS_MAX = 1000;
  static final int NETWORKS_MAX = 5;
  static final Duration SHORTEST = Duration.ofMinutes(10);

  private final Map<Sort, ActCount> sorts = new LinkedHashMap<>();

  /**
   * What acts have in common that are alike.
   *
   * @param subject empty where there is a network
   * @param network empty for all of them
   */
  private record Sort(String what, String who, String subject, String network) {
    static Sort of(AuditTable.Act act) {
      AuditTable.Source from = act.from();
      return from == null
          ? new Sort(act.what(), act.who(), act.subject(), "")
          : new Sort(
              act.what(), act.who(), "", from.way() + " " + ClientNetwork.of(from.address()));
    }

    Sort anywhere() {
      return new Sort(what, who, subject, "");
    }

    boolean differsInNetwork(Sort other) {
      return !network.isEmpty() && !other.network.isEmpty() && anywhere().equals(other.anywhere());
    }
  }

  /** Counts it; the entry that is to be written now, if one is. */
  public synchronized Optional<AuditTable.Act> note(AuditTable.Act act) {
    ActCount known = known(act);
    if (known == null) {
      begin(act);
      return Optional.of(act);
    }
    known.another(act);
    return Optional.empty();
  }

  /** Writes it if it is the first of its sort, and counts it when the transaction is committed. */
  public void append(Tables tables, AuditTable.Act act) {
    boolean first = isFirst(act);
    if (first) {
      tables.audit().append(act);
    }
    tables.afterCommit(() -> committed(act, first));
  }

  private synchronized boolean isFirst(AuditTable.Act act) {
    return known(act) == null;
  }

  private synchronized void committed(AuditTable.Act act, boolean written) {
    ActCount known = known(act);
    ActCount count = known == null ? begin(act) : known;
    if (!written) {
      count.another(act);
    }
  }

  private @Nullable ActCount known(AuditTable.Act act) {
    Sort sort = Sort.of(act);
    ActCount own = sorts.get(sort);
    return own == null ? sorts.get(sort.anywhere()) : own;
  }

  private ActCount begin(AuditTable.Act act) {
    Sort sort = Sort.of(act);
    long networks = sorts.keySet().stream().filter(sort::differsInNetwork).count();
    boolean many = networks >= NETWORKS_MAX || sorts.size() >= SORTS_MAX;
    ActCount count =
        many && act.from() != null
            ? new ActCount(fromAnywhere(act), act.at(), ActCount.LONGEST)
            : new ActCount(act, act.at(), SHORTEST);
    sorts.put(many ? sort.anywhere() : sort, count);
    return count;
  }

  private static AuditTable.Act fromAnywhere(AuditTable.Act act) {
    return new AuditTable.Act(
        act.at(), act.who(), act.what(), act.subject(), act.before(), act.after());
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

  /** Writes the counts whose time is over; what a store does not take is counted on. */
  public void keepDue(Store store, Instant now) {
    keep(store, over(now), now);
  }

  /** Writes all counts; those that a store does not take are in the program's log. */
  public void keepAll(Store store, Instant now) {
    try {
      keep(store, counted(), now);
    } catch (StoreException e) {
      DiskTrouble.log(LOG, "not in the audit log: " + all(now), e);
    }
  }

  private synchronized List<ActCount> over(Instant now) {
    return ActCount.over(sorts.values(), now);
  }

  private synchronized List<ActCount> counted() {
    return sorts.values().stream().filter(count -> !count.isIdle()).toList();
  }

  private void keep(Store store, List<ActCount> counts, Instant now) {
    if (counts.isEmpty()) {
      return;
    }
    Map<ActCount, AuditTable.Act> entries = entries(counts, now);
    store.write(tables -> {
      entries.values().forEach(tables.audit()::append);
      tables.afterCommit(() -> written(entries, now));
      return entries.size();
    });
  }

  private synchronized Map<ActCount, AuditTable.Act> entries(List<ActCount> counts, Instant now) {
    Map<ActCount, AuditTable.Act> entries = new LinkedHashMap<>();
    counts.forEach(count -> entries.put(count, count.entry(now)));
    return entries;
  }

  private synchronized void written(Map<ActCount, AuditTable.Act> entries, Instant now) {
    entries.forEach((count, entry) -> count.written(entry, now));
  }
}
