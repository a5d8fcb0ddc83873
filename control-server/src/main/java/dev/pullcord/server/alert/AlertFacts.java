package dev.pullcord.server.alert;

import java.util.List;
import java.util.Set;

/** What is so at this moment, and how that which is over has ended. */
public interface AlertFacts {
  /** What is so now. */
  Look look();

  /** One line that says how it ended. */
  String ending(AlertEvent event, String subject);

  /**
   * What one look has found.
   *
   * @param conditions what is so, at most one of each event and subject
   * @param unknown events of which this look could not see whether they are so: none is over
   */
  record Look(List<AlertCondition> conditions, Set<AlertEvent> unknown) {
    /** Copies. */
    public Look {
      conditions = List.copyOf(conditions);
      unknown = Set.copyOf(unknown);
    }
  }
}
