package dev.pullcord.agent.commands;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.control.ControlClient;
import dev.pullcord.agent.control.Reply;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.status.KeptReleases;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the node says of itself, also while no agent runs. */
@Command(
    name = "status",
    description = "What this node runs and why; without a running agent, from its journal.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin private StateOptions options = new StateOptions();

  @Option(names = "-o", paramLabel = "FORMAT", description = "json: for programs.")
  private String format = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    if (!format.isEmpty() && !format.equals("json")) {
      throw new Exit.Refused(ExitCode.USAGE, "-o " + format + ": json expected");
    }
    AgentConfig config = options.read();
    return switch (new ControlClient(config.state()).status()) {
      case ControlClient.Outcome.Answered(Reply reply) when reply.status() != null ->
          show(reply.status(), config);
      case ControlClient.Outcome.Answered _ ->
          throw new IllegalStateException("an answer without a status");
      case ControlClient.Outcome.Not(ExitCode exit, String reason) ->
          throw new Exit.Refused(exit, reason);
      case ControlClient.Outcome.NobodyThere _ -> {
        NodeStatus status = StoppedAgent.status(config, HostClock.system());
        spec.commandLine().getErr().println("no agent runs on " + config.state());
        yield show(status, config);
      }
    };
  }

  private int show(NodeStatus status, AgentConfig config) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        format.equals("json")
            ? PullcordJson.write(status)
            : StatusText.of(status, HostClock.system().now()));
    if (format.isEmpty()) {
      KeptReleases.text(config.state(), HostClock.system().now())
          .ifPresent(kept -> out.println(StatusText.row("releases", kept)));
    }
    out.flush();
    return ExitCode.DONE.code();
  }
}
