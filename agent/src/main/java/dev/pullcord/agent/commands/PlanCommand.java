package dev.pullcord.agent.commands;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.control.ControlClient;
import dev.pullcord.agent.control.Reply;
import dev.pullcord.agent.plan.Outlook;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeStatus;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the next pass would do. */
@Command(
    name = "plan",
    description = "What this node would do now, or with a commit that it has. Changes nothing.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  pullcord-agent plan              towards what the node is to run",
      "  pullcord-agent plan 3f2a91c      as if it were to run that commit",
      "  pullcord-agent plan -o json",
      "",
      "Only what the node has fetched can be planned here; pullcord plan knows all",
      "that was pushed."
    })
final class PlanCommand implements Callable<Integer> {
  @Mixin private StateOptions options = new StateOptions();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "COMMIT|REF",
      description =
          "At least 7 digits of a commit, or the node's own branch; default: what the node is"
              + " to run.")
  private @Nullable String commit;

  @Option(names = "-o", paramLabel = "FORMAT", description = "json: for programs.")
  private String format = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (!format.isEmpty() && !format.equals("json")) {
      throw new Exit.Refused(ExitCode.USAGE, "-o " + format + ": json expected");
    }
    AgentConfig config = options.read();
    Reply reply = AskOptions.answer(new ControlClient(config.state()).plan(commit), config.state());
    NodeStatus status = reply.status();
    Outlook plan = reply.plan();
    if (status == null || plan == null) {
      throw new Exit.Refused(
          ExitCode.FAILED,
          "the agent that runs on " + config.state() + " is older and cannot plan");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        format.equals("json") ? PullcordJson.write(plan) : PlanText.of(status.node(), plan));
    out.flush();
    return ExitCode.DONE.code();
  }
}
