package dev.pullcord.agent.commands;

import dev.pullcord.agent.control.ControlClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Ends a quarantine and runs a pass. */
@Command(
    name = "retry",
    description =
        "Try again the commit that failed here: end its quarantine, run a pass, and wait for it.",
    mixinStandardHelpOptions = true)
final class RetryCommand implements Callable<Integer> {
  @Mixin private StateOptions options = new StateOptions();
  @Mixin private AskOptions ask = new AskOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return ask.pass(ControlClient::retry, options.read(), spec.commandLine().getOut());
  }
}
