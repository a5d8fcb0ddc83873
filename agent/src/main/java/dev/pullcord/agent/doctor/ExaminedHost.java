package dev.pullcord.agent.doctor;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.base.host.DaemonUnits;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The host of the agent that is looked at.
 *
 * @param user who looks
 * @param usual the state directory that the units are for
 * @param units of the agent
 * @param polkit where the rule may be that lets the agent's user start workers
 * @param environment in which programs are looked for
 */
public record ExaminedHost(
    String user,
    Path usual,
    DaemonUnits units,
    List<Path> polkit,
    Map<String, String> environment) {
  private static final String RULE = "polkit-1/rules.d/50-pullcord.rules";

  /** Copies. */
  public ExaminedHost {
    polkit = List.copyOf(polkit);
    environment = Map.copyOf(environment);
  }

  /** This one, with the agent's units. */
  public static ExaminedHost here(DaemonUnits units) {
    return new ExaminedHost(
        System.getProperty("user.name", "?"),
        AgentConfig.DEFAULT_STATE,
        units,
        List.of(Path.of("/etc", RULE), Path.of("/usr/share", RULE)),
        Surroundings.environment());
  }
}
