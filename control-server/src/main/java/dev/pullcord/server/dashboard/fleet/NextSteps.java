package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.server.dashboard.HangingDrain;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.dashboard.StateSign.Tone;
import dev.pullcord.server.dashboard.fleet.FleetSheet.NextStep;
import dev.pullcord.server.dashboard.fleet.FleetSheet.RefLine;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a reader of the fleet's page does now, where something is wrong. A branch is offered to be
 * rolled back only where nodes fail that run its head, and a retry only where one can help.
 */
final class NextSteps {
  private static final int BRANCHES_MAX = 2;

  private NextSteps() {}

  static List<NextStep> of(List<FleetLine> nodes, List<RefLine> refs) {
    List<NextStep> steps = new ArrayList<>();
    List<FleetLine> failed = nodes.stream().filter(FleetLine::canBeRetried).toList();
    Set<String> failing =
        failed.stream()
            .map(n -> n.pin() == null ? n.ref() : n.pin().ref())
            .collect(Collectors.toSet());
    refs.stream()
        .filter(ref -> ref.progress().tone() == Tone.BAD && ref.deployment() != null)
        .filter(ref -> failing.contains(ref.ref()))
        .limit(BRANCHES_MAX)
        .forEach(ref -> {
          steps.add(
              new NextStep(
                  "What failed on " + ref.ref(), "/ui/deployments/" + ref.deployment(), false));
          steps.add(
              new NextStep(
                  "Roll " + ref.ref() + " back…",
                  "/ui/rollback?ref=" + URLEncoder.encode(ref.ref(), StandardCharsets.UTF_8),
                  true));
        });
    if (!failed.isEmpty()) {
      String text = failed.size() == 1 ? "Retry it…" : "Retry the " + failed.size() + "…";
      steps.add(new NextStep(text, "/ui/retry", true));
    }
    nodes.stream()
        .filter(n -> n.facts().alarm())
        .limit(1)
        .forEach(n -> steps.add(lookAt("What to do about " + n.name(), n)));
    nodes.stream()
        .filter(n -> n.state() == StateSign.OFFLINE)
        .limit(1)
        .forEach(n -> steps.add(lookAt("Why " + n.name() + " is away", n)));
    nodes.stream().flatMap(n -> hanging(n).stream()).limit(1).forEach(steps::add);
    return steps;
  }

  /** Most drains end by themselves, so one is left its time. */
  private static Optional<NextStep> hanging(FleetLine node) {
    return node.state() == StateSign.APPLYING && HangingDrain.isOne(node.reason())
        ? node.facts().drains().stream()
            .map(drain -> drain.since().at())
            .min(Comparator.naturalOrder())
            .map(since ->
                new NextStep(
                    HangingDrain.text(node.name()),
                    HangingDrain.path(node.name()),
                    true,
                    new Moment(since.plus(HangingDrain.PATIENCE))))
        : Optional.empty();
  }

  private static NextStep lookAt(String text, FleetLine node) {
    return new NextStep(text, "/ui/nodes/" + node.name(), false);
  }
}
