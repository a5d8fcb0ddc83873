package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Answers;
import dev.pullcord.cli.command.Desk;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.watch.Watch;
import dev.pullcord.cli.output.Console;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.error.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pullcord status}: the fleet at a glance, or live. */
@Command(name = "status", description = "The fleet at a glance: converged or not, and why not.")
public final class Status extends Verb {
  @Option(
      names = {"-w", "--watch"},
      description = "Keep looking: every node, live. Ctrl-C ends it.")
  boolean watch;

  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABELS",
      description = "With --watch: only nodes with these labels.")
  @Nullable String selector;

  /** The verb. */
  public Status(Desk desk) {
    super(desk);
  }

  @Override
  protected ExitCode run() throws InterruptedException {
    if (watch) {
      return new Watch(desk, selector).run();
    }
    if (selector != null) {
      throw Failure.usage("-l goes with --watch; pullcord nodes -l LABELS lists a selection");
    }
    Console console = desk.console();
    if (desk.json()) {
      console.json(Answers.need(desk.server().fleet()));
    } else {
      console.lines(FleetPicture.take(desk.server()).whole(desk.now(), console.signs()));
    }
    return ExitCode.DONE;
  }
}
