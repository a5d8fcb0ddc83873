package dev.pullcord.server.dashboard.pins;

import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.store.AuditTable;
import java.util.List;

/**
 * A pin that has ended, as the audit log has it.
 *
 * @param what {@code try until 2026-01-01T02:00:00Z by ann: why}
 * @param by who ended it; empty when its time had come
 */
record EndedPin(String node, String what, String by, Moment at) {
  static final int SHOWN = 8;

  /** The last few, newest first. */
  static List<EndedPin> of(List<AuditTable.Act> audit) {
    return audit.stream()
        .filter(e -> e.what().equals("unpin") || e.what().equals("pin.expire"))
        .limit(SHOWN)
        .map(e ->
            new EndedPin(
                e.subject(),
                e.before() == null ? "" : e.before(),
                e.what().equals("unpin") ? e.who() : "",
                new Moment(e.at())))
        .toList();
  }
}
