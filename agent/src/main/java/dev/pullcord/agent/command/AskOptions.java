package dev.pullcord.agent.command;

import picocli.CommandLine.Option;

/** How long a command waits for the agent. */
final class AskOptions {
  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "5m",
      description = "How long to wait; default 5m.")
  private String timeout = "5m";

  int seconds() {
    try {
      long seconds = dev.pullcord.protocol.unit.Durations.parse(timeout).toSeconds();
      return (int) Math.clamp(seconds, 1L, 86_400L);
    } catch (IllegalArgumentException e) {
      throw new Exit.Refused(
          dev.pullcord.protocol.error.ExitCode.USAGE, "--timeout: " + e.getMessage());
    }
  }
}
