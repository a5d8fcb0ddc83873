package dev.pullcord.agent.command;

import dev.pullcord.agent.control.ControlClient.Outcome;
import dev.pullcord.agent.control.Reply;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import java.io.PrintWriter;
import java.nio.file.Path;

/** What commands that need a running agent have in common. */
final class Asking {
  private Asking() {}

  static Reply answer(Outcome outcome, Path state) {
    return switch (outcome) {
      case Outcome.Answered(Reply reply) -> reply;
      case Outcome.Not(ExitCode exit, String reason) -> throw new Exit.Refused(exit, reason);
      case Outcome.NobodyThere _ ->
          throw new Exit.Refused(
              ExitCode.UNREACHABLE,
              "no agent runs on " + state + " — start it: pullcord-agent run --state " + state);
    };
  }

  static void progress(NodeStatus status, PrintWriter out) {
    out.println(status.state().wireName() + ": " + status.reason());
    out.flush();
  }

  /** The code of a node that has just ended a pass. */
  static int exit(NodeStatus status) {
    return (status.state() == NodeState.CONVERGED ? ExitCode.DONE : ExitCode.FAILED).code();
  }
}
