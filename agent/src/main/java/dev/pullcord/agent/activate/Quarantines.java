package dev.pullcord.agent.activate;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Quarantine;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.protocol.id.CommitId;
import java.util.Optional;

/**
 * Keeps a node from trying a commit again that is itself at fault. The quarantine ends when another
 * commit has converged, with other labels of the node, or with an operator's retry: a higher count
 * in the decision, or one asked for at this node.
 */
public final class Quarantines {
  private final Journal journal;
  private final HostClock clock;

  /** Kept in that journal. */
  public Quarantines(Journal journal, HostClock clock) {
    this.journal = journal;
    this.clock = clock;
  }

  /** The quarantine that forbids a decision, if one does. */
  public static Optional<Quarantine> forbidding(Decision decision, AgentHistory history) {
    CommitId commit = decision.commit();
    return Optional.ofNullable(history.quarantine())
        .filter(q -> commit != null && q.forbids(commit, decision.retry(), decision.labels()));
  }

  /** The commit of a decision is at fault. */
  public Quarantine begin(CommitId commit, Decision decision, String reason) {
    Quarantine quarantine =
        new Quarantine(commit, reason, decision.retry(), clock.now(), decision.labels());
    journal.append(new Entry.Quarantined(quarantine));
    return quarantine;
  }

  /** An operator wants it tried again. */
  public void end() {
    Quarantine quarantine = journal.history().quarantine();
    if (quarantine != null) {
      journal.append(new Entry.QuarantineEnded(quarantine.commit()));
    }
  }
}
