package dev.pullcord.server.alert;

import java.util.List;

/** What is so at this moment, and how that which is over has ended. */
public interface AlertFacts {
  /** What is so, at most one of each event and subject. */
  List<AlertCondition> conditions();

  /** One line that says how it ended. */
  String ending(AlertEvent event, String subject);
}
