package dev.pullcord.agent.fake;

import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Runs nothing: each command ends as a test says. */
public final class FakeCommands implements CommandRunner {
  /** What was run, in order. */
  public final List<Command> run = new ArrayList<>();

  /** How the very next ones end, each once, before {@link #result} counts. */
  public final Deque<CommandResult> first = new ArrayDeque<>();

  /** How the next ones end. */
  public CommandResult result = exited(0, "");

  public static CommandResult exited(int code, String output) {
    return new CommandResult(CommandResult.End.EXITED, code, output, 1);
  }

  public static CommandResult cutShort(CommandResult.End end, String output) {
    return new CommandResult(end, null, output, 1);
  }

  @Override
  public CommandResult run(Command command, BooleanSupplier cancelled) {
    run.add(command);
    return first.isEmpty() ? result : first.remove();
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
