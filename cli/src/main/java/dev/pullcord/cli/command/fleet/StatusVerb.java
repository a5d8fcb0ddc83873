package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.FleetLines;
import dev.pullcord.cli.command.watch.WatchLoop;
import dev.pullcord.cli.mixin.NodeFilter;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.Severity;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pullcord status}: the fleet at a glance, or live. */
@Command(
    name = "status",
    description =
        "The fleet, or the nodes of -l, at a glance. Exit 0 when all are converged, 1 when one is"
            + " not.")
public final class StatusVerb extends Verb {
  @Option(
      names = {"-w", "--watch"},
      description = "Show every node, or those of -l, live. q or Ctrl-C ends it.")
  boolean watch;

  @Mixin NodeFilter filter = new NodeFilter();
  private boolean asAsked;

  /** The verb. */
  public StatusVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() throws InterruptedException {
    if (watch) {
      return View.nothing(new WatchLoop(context, filter.labels()).run());
    }
    return new View(this::fleet, this::picture, () -> asAsked ? ExitCode.DONE : ExitCode.FAILED);
  }

  private Fleet fleet() {
    Fleet fleet =
        filter.labels() == null
            ? Replies.need(context.server().fleet())
            : FleetPicture.take(context.server(), filter.labels()).fleet();
    int total = fleet.nodes().getOrDefault("total", 0);
    int converged = fleet.nodes().getOrDefault(NodeState.CONVERGED.wireName(), 0);
    asAsked = total > 0 && total == converged && FleetLines.reached(fleet.refs());
    return fleet;
  }

  private List<StyledLine> picture() {
    FleetPicture picture = FleetPicture.take(context.server(), filter.labels());
    List<NodeView> counting = FleetLines.counting(picture.nodes());
    asAsked =
        !counting.isEmpty()
            && FleetLines.severity(counting) == Severity.GOOD
            && FleetLines.reached(picture.fleet().refs());
    return picture.whole(context.now(), context.console().signs());
  }
}
