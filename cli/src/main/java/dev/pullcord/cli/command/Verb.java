package dev.pullcord.cli.command;

import dev.pullcord.protocol.error.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** One verb of the command. It reads its options, asks the server, and prints. */
public abstract class Verb implements Callable<Integer> {
  /** What the verb may touch. */
  protected final VerbContext context;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Say how this verb is used.")
  boolean help;

  /** A verb at a desk. */
  protected Verb(VerbContext context) {
    this.context = context;
  }

  /** Does it; a {@link dev.pullcord.cli.output.Failure} ends it with one line. */
  protected abstract ExitCode run() throws InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    return run().code();
  }
}
