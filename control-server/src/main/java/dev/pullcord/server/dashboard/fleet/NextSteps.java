package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.dashboard.StateSign.Tone;
import dev.pullcord.server.dashboard.fleet.FleetSheet.NextStep;
import dev.pullcord.server.dashboard.fleet.FleetSheet.RefLine;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a reader of the fleet's page does now, where something is wrong. */
final class NextSteps {
  private static final int BRANCHES_MAX = 2;

  private NextSteps() {}

  static List<NextStep> of(
      Map<StateSign, List<FleetLine>> byState, List<FleetLine> nodes, List<RefLine> refs) {
    List<NextStep> steps = new ArrayList<>();
    long failed =
        Stream.of(StateSign.FAILED, StateSign.ROLLED_BACK)
            .mapToLong(s -> byState.getOrDefault(s, List.of()).size())
            .sum();
    refs.stream()
        .filter(ref -> ref.progress().tone() == Tone.BAD && ref.deployment() != null)
        .limit(BRANCHES_MAX)
        .forEach(ref -> {
          steps.add(
              new NextStep(
                  "What failed on " + ref.ref(), "/ui/deployments/" + ref.deployment(), false));
          if (failed > 0) {
            steps.add(
                new NextStep(
                    "Roll " + ref.ref() + " back…",
                    "/ui/rollback?ref=" + URLEncoder.encode(ref.ref(), StandardCharsets.UTF_8),
                    true));
          }
        });
    if (failed > 0) {
      steps.add(
          new NextStep(failed == 1 ? "Retry it…" : "Retry the " + failed + "…", "/ui/retry", true));
    }
    nodes.stream()
        .filter(n -> n.state() == StateSign.OFFLINE)
        .limit(1)
        .forEach(n ->
            steps.add(
                new NextStep("Why " + n.name() + " is away", "/ui/nodes/" + n.name(), false)));
    return steps;
  }
}
