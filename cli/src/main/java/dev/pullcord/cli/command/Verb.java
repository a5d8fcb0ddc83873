package dev.pullcord.cli.command;

import dev.pullcord.cli.output.Failure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** One verb of the command. It reads its options, asks the server, and has something to show. */
public abstract class Verb implements Callable<Integer> {
  private static final String ENVIRONMENT_TOKEN =
      "the token in PULLCORD_TOKEN does not work here: set another, or unset it";

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
    try {
      View view = run();
      context.show(view);
      return view.exitCode().get().code();
    } catch (Failure failure) {
      throw usesEnvironment() && failure.line().startsWith(Replies.BAD_TOKEN)
          ? new Failure(failure.exitCode(), ENVIRONMENT_TOKEN + Replies.afterBadToken(failure))
          : failure;
    }
  }

  /** Whether the token is that of the environment, which wins over the one of a login. */
  protected boolean usesEnvironment() {
    return !context.host().environment().getOrDefault("PULLCORD_TOKEN", "").isBlank();
  }
}
