package dev.pullcord.agent.commands;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.control.ControlClient;
import dev.pullcord.agent.control.Reply;
import dev.pullcord.protocol.error.ExitCode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the last passes did, with the output of every step. */
@Command(
    name = "log",
    description = "What the last passes did, with the output of every step.",
    mixinStandardHelpOptions = true)
final class LogCommand implements Callable<Integer> {
  @Mixin private StateOptions options = new StateOptions();

  @Option(
      names = "-n",
      paramLabel = "PASSES",
      defaultValue = "1",
      description = "How many passes; default: 1.")
  private int passes = 1;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    AgentConfig config = options.read();
    if (passes < 1) {
      throw new Exit.Refused(ExitCode.USAGE, "-n " + passes + ": at least 1 expected");
    }
    Reply reply = AskOptions.answer(new ControlClient(config.state()).log(passes), config.state());
    PrintWriter out = spec.commandLine().getOut();
    out.println(StatusText.log(reply.steps()));
    out.flush();
    return ExitCode.DONE.code();
  }
}
