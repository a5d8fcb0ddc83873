package dev.pullcord.agent.commands;

import dev.pullcord.agent.control.ControlClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Asks, runs a pass, waits. */
@Command(
    name = "sync",
    description = "Ask what this node is to run, run a pass now, and wait for it.",
    mixinStandardHelpOptions = true)
final class SyncCommand implements Callable<Integer> {
  @Mixin private StateOptions options = new StateOptions();
  @Mixin private AskOptions ask = new AskOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return ask.pass(ControlClient::sync, options.read(), spec.commandLine().getOut());
  }
}
