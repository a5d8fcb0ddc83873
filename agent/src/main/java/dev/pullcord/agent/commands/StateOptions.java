package dev.pullcord.agent.commands;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.config.ConfigReader;
import dev.pullcord.agent.config.HostNames;
import dev.pullcord.protocol.error.ExitCode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The two options that say which agent is meant. */
public final class StateOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration; default: /etc/pullcord/agent.yaml, if it is there.")
  private @Nullable Path config;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "The state directory; default: /var/lib/pullcord.")
  private @Nullable Path state;

  /** What came of reading the configuration. */
  AgentConfig.Result result() {
    return ConfigReader.read(config, absolute(), HostNames.ofThisHost());
  }

  /** The state directory, also where the configuration cannot be read. */
  Path state(AgentConfig.Result read) {
    Path named = absolute();
    return switch (read) {
      case AgentConfig.Result.Read(AgentConfig known) -> known.state();
      case AgentConfig.Result.Bad _ -> named == null ? AgentConfig.DEFAULT_STATE : named;
    };
  }

  private @Nullable Path absolute() {
    return state == null ? null : state.toAbsolutePath().normalize();
  }

  /** The configuration in force; ends the command when there is something wrong with it. */
  public AgentConfig read() {
    return switch (result()) {
      case AgentConfig.Result.Read(AgentConfig read) -> read;
      case AgentConfig.Result.Bad(var problems) ->
          throw new Exit.Refused(ExitCode.USAGE, String.join("\n", problems));
    };
  }
}
