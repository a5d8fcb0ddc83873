package dev.pullcord.agent.loop;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.decision.DecisionSource;
import dev.pullcord.agent.envfile.EnvFilePolicy;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.report.NoReports;
import dev.pullcord.agent.rights.AllowedWork;
import dev.pullcord.agent.rights.WorkerUsers;
import dev.pullcord.agent.source.Rehearsal;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.systemd.ServiceManager;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeStatus;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A few whole passes over commits and a state directory of its own: fetch, stage, check, switch. It
 * knows no worker and nobody hears of it. What the JVM has to load and learn for a pass takes
 * longer than the pass; after this it is done, and the first push after a start is about as fast as
 * the others.
 */
public final class PassRehearsal {
  private final StateDirectory directory;
  private final HostClock clock;

  PassRehearsal(StateDirectory directory, HostClock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * Runs it, and leaves nothing behind. A kill in the middle leaves files that the next start
   * deletes.
   *
   * @param temporary a directory that is emptied at every start
   */
  public static void run(Path temporary, HostClock clock) {
    Path place = temporary.resolve("rehearsal");
    Rehearsal.run(
        place,
        (source, commit) -> {
          try (StateDirectory directory = StateDirectory.open(place.resolve("state"))) {
            new PassRehearsal(directory, clock).pass(source, commit);
          }
        });
  }

  void pass(Source source, CommitId commit) {
    PassSetup setup =
        new PassSetup(
            directory,
            new NodeName("rehearsal"),
            new PassSetup.Upstream(new Always(commit), source, new NoReports()),
            new PassSetup.Policy(
                PassSetup.KEEP_FOR,
                EnvFilePolicy.NOTHING,
                false,
                false,
                AllowedWork.ALL,
                WorkerUsers.NONE),
            new Masks(),
            JournalProbe.UNHEARD,
            ServiceManager.NONE,
            clock);
    try (ConvergingAgent agent = ConvergingAgent.open(setup)) {
      agent.runOnce();
    }
  }

  /** One commit, decided once and for all. */
  private record Always(CommitId commit) implements DecisionSource {
    @Override
    public Optional<Decision> current() {
      return Optional.of(new Decision(1, "main", commit, null, null, 0, Map.of(), Orders.NONE));
    }

    @Override
    public NodeStatus.@Nullable ServerContact contact() {
      return null;
    }
  }
}
