package dev.pullcord.server.audit;

import dev.pullcord.server.store.AuditTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

/**
 * Counts the entries that are like one which is written already. The count is one entry when its
 * time is over; the time doubles up to an hour while they go on.
 */
final class ActCount {
  static final Duration LONGEST = Duration.ofHours(1);

  private final AuditTable.Act like;
  private Duration window;
  private Instant until;
  private int times;
  private boolean elsewhere;

  ActCount(AuditTable.Act like, Instant now, Duration window) {
    this.like = like;
    this.window = window;
    this.until = now.plus(window);
  }

  void another(AuditTable.Act entry) {
    times++;
    elsewhere |= !entry.subject().equals(like.subject());
  }

  void another() {
    times++;
  }

  /** The entries of those whose time is over; those that counted nothing meanwhile are removed. */
  static List<AuditTable.Act> due(Collection<ActCount> counts, Instant now) {
    List<AuditTable.Act> due = new ArrayList<>();
    for (ActCount count : over(counts, now)) {
      AuditTable.Act entry = count.entry(now);
      due.add(entry);
      count.written(entry, now);
    }
    return due;
  }

  /** Those whose time is over; those that counted nothing meanwhile are removed. */
  static List<ActCount> over(Collection<ActCount> counts, Instant now) {
    List<ActCount> over = new ArrayList<>();
    Iterator<ActCount> each = counts.iterator();
    while (each.hasNext()) {
      ActCount count = each.next();
      if (count.runs(now)) {
        continue;
      }
      if (count.isIdle()) {
        each.remove();
      } else {
        over.add(count);
      }
    }
    return over;
  }

  /** Its time began later than now where the clock was set back: then it is over, too. */
  private boolean runs(Instant now) {
    return now.isBefore(until) && !until.minus(window).isAfter(now);
  }

  /** The entries of all that counted anything. */
  static List<AuditTable.Act> all(Collection<ActCount> counts, Instant now) {
    return counts.stream().filter(c -> !c.isIdle()).map(c -> c.entry(now)).toList();
  }

  boolean isIdle() {
    return times == 0;
  }

  /** What it counted so far. */
  AuditTable.Act entry(Instant now) {
    String after = like.after();
    String others = after == null ? "and others like it" : after + ", and others like it";
    return new AuditTable.Act(
        now,
        like.who(),
        like.from(),
        like.what(),
        like.subject(),
        like.before(),
        elsewhere ? others : after,
        like.refused(),
        times);
  }

  /** That entry is in the log: counts on from there. */
  void written(AuditTable.Act entry, Instant now) {
    times -= entry.times();
    elsewhere &= !isIdle();
    window = window.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : window.multipliedBy(2);
    until = now.plus(window);
  }
}
