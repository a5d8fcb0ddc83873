package dev.pullcord.agent.rights;

import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import java.util.function.BooleanSupplier;

/**
 * Runs nothing.
 *
 * @param why what whoever asks is told
 */
record RefusedCommands(String why) implements CommandRunner {
  @Override
  public CommandResult run(Command command, BooleanSupplier cancelled) {
    return new CommandResult(CommandResult.End.NOT_STARTED, null, why, 0);
  }

  @Override
  public CommandResult follow(Command command, BooleanSupplier cancelled, Listener listener) {
    return run(command, cancelled);
  }

  @Override
  public String outputSoFar(int bytesMax) {
    return "";
  }
}
