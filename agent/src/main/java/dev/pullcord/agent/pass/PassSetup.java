package dev.pullcord.agent.pass;

import dev.pullcord.agent.channel.Decisions;
import dev.pullcord.agent.envfile.EnvFilePolicy;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.journal.StateDirectory;
import dev.pullcord.agent.report.Reports;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.systemd.ServiceManager;
import dev.pullcord.protocol.id.NodeName;
import java.time.Duration;

/**
 * What passes are made of.
 *
 * @param directory locked by the caller, who also closes it, after the agent
 * @param node its name
 * @param decisions what to run
 * @param source where commits come from
 * @param reports where what happened goes
 * @param clock of the host
 * @param keepFor how long a release is kept that nobody can read any more
 * @param envFiles which files of the node workers may get variables from
 * @param masks learns the values of those files, and takes them out of what is kept
 * @param enforceDrift whether a release that is not as its commit says is replaced
 * @param probe of the journal
 * @param services the systemd of the node
 * @param noop whether a commit is only planned for, and not applied
 */
public record PassSetup(
    StateDirectory directory,
    NodeName node,
    Decisions decisions,
    Source source,
    Reports reports,
    HostClock clock,
    Duration keepFor,
    EnvFilePolicy envFiles,
    Masks masks,
    boolean enforceDrift,
    JournalProbe probe,
    ServiceManager services,
    boolean noop) {
  /** How long a release is kept by default. */
  public static final Duration KEEP_FOR = Duration.ofHours(48);
}
