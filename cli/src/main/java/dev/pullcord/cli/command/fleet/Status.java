package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.client.Changes;
import dev.pullcord.cli.command.Answers;
import dev.pullcord.cli.command.Desk;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.view.NodeLine;
import dev.pullcord.cli.command.view.Progress;
import dev.pullcord.cli.host.HostClock;
import dev.pullcord.cli.output.Console;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Line;
import dev.pullcord.cli.output.Style;
import dev.pullcord.protocol.error.ExitCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pullcord status}: the fleet at a glance, or live. */
@Command(name = "status", description = "The fleet at a glance: converged or not, and why not.")
public final class Status extends Verb {
  private static final Duration LOOK = Duration.ofSeconds(1);

  @Option(
      names = {"-w", "--watch"},
      description = "Keep looking: a line per node, live. Ctrl-C ends it.")
  boolean watch;

  /** The verb. */
  public Status(Desk desk) {
    super(desk);
  }

  @Override
  protected ExitCode run() throws InterruptedException {
    Console console = desk.console();
    if (desk.json()) {
      if (watch) {
        throw Failure.usage("-o json prints one document; leave out --watch");
      }
      console.json(Answers.need(desk.server().fleet()));
      return ExitCode.DONE;
    }
    if (watch) {
      return watch(console);
    }
    console.lines(FleetPicture.take(desk.server()).whole(desk.now(), console.signs()));
    return ExitCode.DONE;
  }

  private ExitCode watch(Console console) throws InterruptedException {
    FleetPicture picture = FleetPicture.take(desk.server());
    Screen screen = new Screen(console, desk.host().clock());
    String trouble = "";
    try (Changes changes = desk.server().changes()) {
      while (!console.closed()) {
        screen.show(picture, trouble);
        changes.await(LOOK);
        try {
          picture = FleetPicture.take(desk.server());
          trouble = "";
        } catch (Failure failure) {
          if (failure.exitCode() != ExitCode.UNREACHABLE) {
            throw failure;
          }
          trouble = failure.line(); // a server that restarts comes back; the picture is kept
        }
      }
    }
    return ExitCode.DONE;
  }

  /** Draws on a terminal; elsewhere tells what changed. */
  private static final class Screen {
    private final Console console;
    private final HostClock clock;
    private final Progress progress;
    private final long startedAtNanos;
    private int drawn;

    Screen(Console console, HostClock clock) {
      this.console = console;
      this.clock = clock;
      progress = new Progress(console);
      startedAtNanos = clock.nanoTime();
    }

    void show(FleetPicture picture, String trouble) {
      if (!console.drawable()) {
        progress.look(
            Duration.ofNanos(clock.nanoTime() - startedAtNanos),
            picture.nodes().stream().map(NodeLine::of).toList());
        return;
      }
      List<Line> lines =
          new ArrayList<>(picture.live(clock.now(), console.signs(), console.size().rows() - 1));
      if (!trouble.isEmpty()) {
        lines.addFirst(Line.of(Style.BIG_BAD, trouble));
      }
      console.redraw(lines, drawn);
      drawn = lines.size();
    }
  }
}
