package dev.pullcord.agent.commands;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.control.ControlClient;
import dev.pullcord.agent.control.Reply;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.unit.Durations;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/**
 * Asks the running agent for a command, and waits for the answer as long as {@code --timeout} says.
 * Where no agent runs, or the agent refuses, the command ends with that reason and its exit code.
 */
final class AskOptions {
  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "5m",
      description = "How long to wait; default: 5m.")
  private String timeout = "5m";

  int seconds() {
    try {
      return (int) Math.clamp(Durations.parse(timeout).toSeconds(), 1L, 86_400L);
    } catch (IllegalArgumentException e) {
      throw new Exit.Refused(ExitCode.USAGE, "--timeout: " + e.getMessage());
    }
  }

  static Reply answer(ControlClient.Outcome outcome, Path state) {
    return switch (outcome) {
      case ControlClient.Outcome.Answered(Reply reply) -> reply;
      case ControlClient.Outcome.Not(ExitCode exit, String reason) ->
          throw new Exit.Refused(exit, reason);
      case ControlClient.Outcome.NobodyThere _ ->
          throw new Exit.Refused(
              ExitCode.UNREACHABLE,
              "no agent runs on " + state + " — start it: pullcord-agent run --state " + state);
    };
  }

  /** Asks for a pass, shows each state on the way and the last one; gives the exit code. */
  int pass(AskedPass asked, AgentConfig config, PrintWriter out) {
    ControlClient.Outcome outcome =
        asked.ask(
            new ControlClient(config.state()),
            seconds(),
            status -> {
              out.println(status.state().wireName() + ": " + status.reason());
              out.flush();
            });
    Reply reply = answer(outcome, config.state());
    out.println(reply.message());
    NodeStatus status = reply.status();
    if (status != null) {
      out.println(StatusText.of(status, HostClock.system().now()));
    }
    out.flush();
    return (status != null && status.state() == NodeState.CONVERGED
            ? ExitCode.DONE
            : ExitCode.FAILED)
        .code();
  }

  /** What is asked of the agent. */
  @FunctionalInterface
  interface AskedPass {
    ControlClient.Outcome ask(ControlClient client, int secondsMax, Consumer<NodeStatus> progress);
  }
}
