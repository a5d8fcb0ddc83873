package dev.pullcord.agent.commands;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.control.ControlClient;
import dev.pullcord.agent.control.Reply;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeStatus;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Ends a quarantine and runs a pass. */
@Command(
    name = "retry",
    description = "End the quarantine of the present target, run a pass, and wait for it.",
    mixinStandardHelpOptions = true)
final class RetryCommand implements Callable<Integer> {
  @Mixin private StateOptions options = new StateOptions();
  @Mixin private AskOptions ask = new AskOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    AgentConfig config = options.read();
    PrintWriter out = spec.commandLine().getOut();
    ControlClient client = new ControlClient(config.state());
    Reply reply =
        AskOptions.answer(
            client.retry(ask.seconds(), status -> AskOptions.progress(status, out)),
            config.state());
    NodeStatus status = reply.status();
    out.println(reply.message());
    if (status == null) {
      return ExitCode.FAILED.code();
    }
    out.println(StatusText.of(status, HostClock.system().now()));
    out.flush();
    return AskOptions.exit(status);
  }
}
