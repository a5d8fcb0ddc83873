package dev.pullcord.agent.loop;

import dev.pullcord.agent.decision.DecisionSource;
import dev.pullcord.agent.envfile.EnvFilePolicy;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.report.Reports;
import dev.pullcord.agent.rights.AllowedWork;
import dev.pullcord.agent.rights.WorkerUsers;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.systemd.ServiceManager;
import dev.pullcord.protocol.id.NodeName;
import java.time.Duration;

/**
 * The parts that passes are made of.
 *
 * @param directory locked by the caller, who also closes it, after the agent
 * @param node its name
 * @param upstream what the agent hears and tells
 * @param policy what the node allows
 * @param masks learns the values of env files, and takes them out of what is kept
 * @param probe of the journal
 * @param services the systemd of the node
 * @param clock of the host
 */
public record PassSetup(
    StateDirectory directory,
    NodeName node,
    Upstream upstream,
    Policy policy,
    Masks masks,
    JournalProbe probe,
    ServiceManager services,
    HostClock clock) {
  /** How long a release is kept by default. */
  public static final Duration KEEP_FOR = Duration.ofHours(48);

  /**
   * What the agent hears and tells.
   *
   * @param decisions what to run
   * @param source where commits come from
   * @param reports where what happened goes
   */
  public record Upstream(DecisionSource decisions, Source source, Reports reports) {}

  /**
   * What the node allows.
   *
   * @param keepFor how long a release is kept that nobody can read any more
   * @param envFiles which files of the node workers may get variables from
   * @param enforceDrift whether a release that is not as its commit says is replaced
   * @param noop whether a commit is only planned for, and not applied
   * @param allowed which refs and kinds of workers a commit may bring
   * @param users those that some workers have of their own
   */
  public record Policy(
      Duration keepFor,
      EnvFilePolicy envFiles,
      boolean enforceDrift,
      boolean noop,
      AllowedWork allowed,
      WorkerUsers users) {}
}
