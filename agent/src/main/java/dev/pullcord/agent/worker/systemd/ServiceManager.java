package dev.pullcord.agent.worker.systemd;

import java.nio.file.Path;

/**
 * The systemd of this node, as the agent sees it.
 *
 * @param program systemctl: a path, or a name on PATH
 * @param runsUs whether the agent itself is one of its units
 * @param handover where units hand environments over
 * @param commands the socket of the runner of commands
 */
public record ServiceManager(String program, boolean runsUs, Path handover, Path commands) {
  private static final Path HANDOVER = Path.of("/run/pullcord-handover");
  private static final Path COMMANDS = Path.of("/run/pullcord-commands.sock");

  /** With the places that the units use. */
  public ServiceManager(String program, boolean runsUs) {
    this(program, runsUs, HANDOVER, COMMANDS);
  }

  /** None that we are under; it is asked for nothing then, unless a manifest says so. */
  public static final ServiceManager NONE = new ServiceManager("systemctl", false);

  /** The one that this very process lives under, if there is one. */
  public static ServiceManager here() {
    return new ServiceManager("systemctl", System.getenv("INVOCATION_ID") != null);
  }
}
