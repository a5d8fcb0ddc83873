package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.view.FleetLines;
import dev.pullcord.cli.command.watch.WatchLoop;
import dev.pullcord.cli.output.Console;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.Severity;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pullcord status}: the fleet at a glance, or live. */
@Command(
    name = "status",
    description = "The fleet at a glance. Exit 0 when every node is converged, 1 when one is not.")
public final class StatusVerb extends Verb {
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
  public StatusVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() throws InterruptedException {
    if (watch) {
      return new WatchLoop(context, selector).run();
    }
    if (selector != null) {
      throw Failure.usage("-l goes with --watch; pullcord nodes -l LABELS lists a selection");
    }
    Console console = context.console();
    boolean asAsked;
    if (context.json()) {
      Fleet fleet = Replies.need(context.server().fleet());
      int total = fleet.nodes().getOrDefault("total", 0);
      asAsked = total > 0 && total == fleet.nodes().getOrDefault(NodeState.CONVERGED.wireName(), 0);
      console.json(fleet);
    } else {
      FleetPicture picture = FleetPicture.take(context.server());
      asAsked = !picture.nodes().isEmpty() && FleetLines.severity(picture.nodes()) == Severity.GOOD;
      console.lines(picture.whole(context.now(), console.signs()));
    }
    return asAsked ? ExitCode.DONE : ExitCode.FAILED;
  }
}
