package dev.pullcord.agent.worker.systemd;

/**
 * The systemd of this node, as the agent sees it.
 *
 * @param program systemctl: a path, or a name on PATH
 * @param runsUs whether the agent itself is one of its units
 */
public record ServiceManager(String program, boolean runsUs) {
  /** None that we are under; it is asked for nothing then, unless a manifest says so. */
  public static final ServiceManager NONE = new ServiceManager("systemctl", false);

  /** The one that this very process lives under, if there is one. */
  public static ServiceManager here() {
    return new ServiceManager("systemctl", System.getenv("INVOCATION_ID") != null);
  }
}
