package dev.pullcord.agent.host.command;

import java.util.function.BooleanSupplier;

/** Runs commands, as the user that it stands for. */
public interface CommandRunner {
  /** The variable whose value tells the processes of one command from all others. */
  String MARK = "PULLCORD_RUN";

  /** Runs it; {@code cancelled} is asked every 20 ms. */
  CommandResult run(Command command, BooleanSupplier cancelled);

  /**
   * Runs it and hands out all that it writes, as it comes and unmasked; the result has no output.
   * Several may be under way at once.
   */
  CommandResult follow(Command command, BooleanSupplier cancelled, Listener listener);

  /** Takes what a command writes; slow ones hold the command up. */
  interface Listener {
    /** It wrote these bytes next. */
    void wrote(byte[] bytes, int length);
  }

  /** The last of what the command that runs now has written; for another thread than its own. */
  String outputSoFar(int bytesMax);
}
