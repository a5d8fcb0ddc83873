package dev.pullcord.agent.config;

import dev.pullcord.agent.envfile.EnvFilePolicy;
import dev.pullcord.agent.rights.AllowedWork;
import dev.pullcord.agent.rights.WorkerUsers;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;

/**
 * Holds what the owner of this host lets a commit do; nothing from the network changes it.
 *
 * @param keepFor how long a release is kept that nothing can read any more
 * @param envFiles which files of the node workers may get variables from
 * @param enforceDrift whether a release that is not as its commit says is replaced, or only
 *     reported
 * @param noop whether a commit is only planned for, and not applied
 * @param allowed which refs, kinds of workers and links a commit may bring
 * @param users those that some workers have of their own
 */
public record LocalPolicy(
    Duration keepFor,
    EnvFilePolicy envFiles,
    boolean enforceDrift,
    boolean noop,
    AllowedWork allowed,
    WorkerUsers users) {
  /** The values in force. */
  String text() {
    return "keep-for "
        + Durations.format(keepFor)
        + ", env-files "
        + (envFiles.entries().isEmpty() ? "none" : String.join(" ", envFiles.entries()))
        + ", drift "
        + (enforceDrift && !noop ? "enforce" : "report")
        + (noop ? ", noop: commits are planned for and not applied" : "")
        + allowed.text()
        + users.text();
  }
}
