package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.dashboard.StateSign.Tone;
import dev.pullcord.server.dashboard.fleet.FleetSheet.Count;
import dev.pullcord.server.dashboard.fleet.FleetSheet.DeploymentRow;
import dev.pullcord.server.dashboard.fleet.FleetSheet.RefLine;
import dev.pullcord.server.dashboard.fleet.FleetSheet.Remarks;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the page's {@link FleetSheet} of what the fleet answers. It decides nothing about nodes; it
 * counts, orders and cuts. The counts are made from the rows, so that a page agrees with itself
 * also when a report comes between two questions.
 */
final class FleetPage {
  /** More rows than this are counted and not shown. */
  static final int ROWS_MAX = 10_000;

  private static final int PAGE = 1000;
  private static final int REFS_MAX = 50;
  private static final int RECENT = 5;

  private final FleetReader reader;

  FleetPage(FleetReader reader) {
    this.reader = reader;
  }

  /** The page as of now. */
  FleetSheet read() {
    Fleet fleet = reader.summary();
    List<FleetLine> rows = rows();
    List<FleetLine> counted = rows.stream().filter(FleetLine::counts).toList();
    Map<StateSign, List<FleetLine>> byState =
        counted.stream()
            .collect(
                Collectors.groupingBy(
                    FleetLine::state, () -> new EnumMap<>(StateSign.class), Collectors.toList()));
    List<Count> counts =
        byState.entrySet().stream().map(e -> new Count(e.getKey(), e.getValue().size())).toList();
    List<RefLine> refs = refs(fleet, counted);
    return new FleetSheet(
        FleetVerdict.of(counted, byState, rows.size() - counted.size())
            .then(NextSteps.of(counted, refs)),
        counts,
        new Remarks(
            attributes(counted, rows.size() - counted.size()),
            fleet.alarms().stream().map(FleetLineReader::cut).toList()),
        refs,
        recent(),
        rows,
        HoldLine.of(reader, fleet),
        Math.max(0, fleet.nodes().getOrDefault("total", 0) - counted.size()),
        fleet.revision());
  }

  private List<DeploymentRow> recent() {
    return reader.deployments(null, Long.MAX_VALUE, RECENT).stream()
        .map(d ->
            new DeploymentRow(
                d.id(),
                FleetLineReader.cut(d.ref()),
                FleetLineReader.cut(d.subject()),
                FleetLineReader.cut(d.pushedBy()),
                Tone.of(d.severity()),
                FleetVerdict.sign(Tone.of(d.severity())),
                d.told(),
                new Moment(d.startedAt())))
        .toList();
  }

  private List<FleetLine> rows() {
    List<FleetLine> rows = new ArrayList<>();
    NodeName after = null;
    while (rows.size() < ROWS_MAX) {
      List<NodeView> page = reader.nodes(Selector.ALL, Set.of(), after, PAGE);
      page.forEach(node -> rows.add(FleetLineReader.of(node)));
      if (page.size() < PAGE) {
        break;
      }
      after = page.getLast().name();
    }
    rows.sort(Comparator.comparing(FleetLine::order));
    return rows;
  }

  private static List<String> attributes(List<FleetLine> rows, int suspended) {
    List<String> attributes = new ArrayList<>();
    if (suspended > 0) {
      attributes.add(suspended + " suspended");
    }
    long pinned = rows.stream().filter(r -> r.pin() != null).count();
    if (pinned > 0) {
      attributes.add(pinned + " pinned");
    }
    long draining = rows.stream().filter(r -> !r.facts().drains().isEmpty()).count();
    if (draining > 0) {
      attributes.add(draining + " draining");
    }
    long drifted = rows.stream().filter(r -> r.facts().drift() != null).count();
    if (drifted > 0) {
      attributes.add(drifted + " drifted");
    }
    long lost = rows.stream().filter(r -> r.facts().lost() != null).count();
    if (lost > 0) {
      attributes.add(lost + " lost contact");
    }
    long unproven = rows.stream().filter(FleetLine::unproven).count();
    if (unproven > 0) {
      attributes.add(unproven + " unproven");
    }
    return attributes;
  }

  private List<RefLine> refs(Fleet fleet, List<FleetLine> rows) {
    Map<String, Map<StateSign, Integer>> states =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    r -> r.pin() == null ? r.ref() : r.pin().ref(),
                    Collectors.toMap(
                        FleetLine::state,
                        r -> 1,
                        Integer::sum,
                        () -> new EnumMap<>(StateSign.class))));
    return fleet.refs().stream()
        .limit(REFS_MAX)
        .map(ref -> ref(ref, states.getOrDefault(ref.ref(), Map.of())))
        .toList();
  }

  private RefLine ref(Fleet.Ref ref, Map<StateSign, Integer> states) {
    DeploymentView deployment =
        ref.deployment() == null
            ? null
            : reader.deployments(ref.ref(), ref.deployment() + 1, 1).stream()
                .findFirst()
                .orElse(null);
    return new RefLine(
        FleetLineReader.cut(ref.ref()),
        FleetLineReader.commit(ref.commit()),
        FleetLineReader.cutOrNull(ref.subject()),
        ref.deployment(),
        progress(ref, deployment, states));
  }

  private static FleetSheet.Progress progress(
      Fleet.Ref ref, @Nullable DeploymentView deployment, Map<StateSign, Integer> states) {
    List<Count> counts =
        states.entrySet().stream().map(e -> new Count(e.getKey(), e.getValue())).toList();
    int total = counts.stream().mapToInt(Count::nodes).sum();
    String label =
        ref.converged() + " of " + ref.nodes() + " nodes on " + FleetLineReader.cut(ref.ref());
    String ratio = ref.converged() + "/" + ref.nodes();
    List<FleetSheet.Part> bar = total == 0 ? List.of() : FleetBar.of(counts, total);
    if (ref.nodes() == 0) {
      return new FleetSheet.Progress(Tone.NONE, "○", "no node", label, bar);
    }
    if (ref.converged() == ref.nodes()) {
      String took =
          deployment == null || deployment.convergedAt() == null
              ? ""
              : " in "
                  + Durations.human(
                      Duration.between(deployment.startedAt(), deployment.convergedAt()));
      return new FleetSheet.Progress(Tone.GOOD, "✓", "converged " + ratio + took, label, bar);
    }
    Tone tone = FleetVerdict.worst(states.keySet());
    return new FleetSheet.Progress(tone, FleetVerdict.sign(tone), ratio + " converged", label, bar);
  }
}
