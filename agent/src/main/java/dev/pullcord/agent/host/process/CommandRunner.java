package dev.pullcord.agent.host.process;

import java.util.function.BooleanSupplier;

/** Runs commands, as the user that it stands for. */
public interface CommandRunner {
  /** The variable whose value tells the processes of one command from all others. */
  String MARK = "PULLCORD_RUN";

  /** Runs it; {@code cancelled} is asked every 20 ms. */
  CommandResult run(Command command, BooleanSupplier cancelled);

  /** The last of what the command that runs now has written; for another thread than its own. */
  String outputSoFar(int bytesMax);
}
