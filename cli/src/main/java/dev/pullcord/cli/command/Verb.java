package dev.pullcord.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** One verb of the command. It reads its options, asks the server, and has something to show. */
public abstract class Verb implements Callable<Integer> {
  /** What the verb may touch. */
  protected final VerbContext context;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "This page.")
  boolean help;

  /** A verb that may touch this. */
  protected Verb(VerbContext context) {
    this.context = context;
  }

  /** Does it; a {@link dev.pullcord.cli.output.Failure} ends it with one line. */
  protected abstract View run() throws InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    View view = run();
    context.show(view);
    return view.exitCode().get().code();
  }
}
