package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.Severity;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.dashboard.FleetSheet.Commit;
import dev.pullcord.server.dashboard.FleetSheet.Count;
import dev.pullcord.server.dashboard.FleetSheet.Facts;
import dev.pullcord.server.dashboard.FleetSheet.Generation;
import dev.pullcord.server.dashboard.FleetSheet.NodeRow;
import dev.pullcord.server.dashboard.FleetSheet.Part;
import dev.pullcord.server.dashboard.FleetSheet.PinLine;
import dev.pullcord.server.dashboard.FleetSheet.Progress;
import dev.pullcord.server.dashboard.FleetSheet.RefLine;
import dev.pullcord.server.dashboard.FleetSheet.Verdict;
import dev.pullcord.server.dashboard.FleetSheet.Version;
import dev.pullcord.server.dashboard.FleetSheet.WorkerLine;
import dev.pullcord.server.dashboard.StateSign.Tone;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
  private static final int TEXT_MAX = 500;
  private static final int NAMED_MAX = 4;

  private final FleetReader reader;

  FleetPage(FleetReader reader) {
    this.reader = reader;
  }

  /** The page as of now. */
  FleetSheet read() {
    Fleet fleet = reader.summary();
    List<NodeRow> rows = rows();
    Map<StateSign, List<NodeRow>> byState =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    NodeRow::state, () -> new EnumMap<>(StateSign.class), Collectors.toList()));
    List<Count> counts =
        byState.entrySet().stream().map(e -> new Count(e.getKey(), e.getValue().size())).toList();
    return new FleetSheet(
        verdict(rows, byState),
        counts,
        bar(counts, rows.size()),
        attributes(rows),
        refs(fleet, rows),
        rows,
        Math.max(0, fleet.nodes().getOrDefault("total", 0) - rows.size()),
        fleet.revision());
  }

  private List<NodeRow> rows() {
    List<NodeRow> rows = new ArrayList<>();
    NodeName after = null;
    while (rows.size() < ROWS_MAX) {
      List<NodeView> page = reader.nodes(Selector.ALL, Set.of(), after, PAGE);
      page.forEach(node -> rows.add(row(node)));
      if (page.size() < PAGE) {
        break;
      }
      after = page.getLast().name();
    }
    rows.sort(Comparator.comparing(NodeRow::state).thenComparing(NodeRow::name));
    return rows;
  }

  private static Verdict verdict(List<NodeRow> rows, Map<StateSign, List<NodeRow>> byState) {
    int total = rows.size();
    if (total == 0) {
      return new Verdict(
          Tone.NONE, "○", "No node yet", "Three steps bring the first one here.", "no node yet");
    }
    int converged = byState.getOrDefault(StateSign.CONVERGED, List.of()).size();
    List<NodeRow> drifted = rows.stream().filter(r -> r.facts().drift() != null).toList();
    if (converged == total && !drifted.isEmpty()) {
      return new Verdict(
          Tone.BUSY,
          "≠",
          "Converged %d/%d, %d drifted".formatted(total, total, drifted.size()),
          "The workers run what they should, but not every file is as it was committed on "
              + names(drifted)
              + ".",
          "≠ %d/%d".formatted(total, total));
    }
    List<NodeRow> unproven = rows.stream().filter(NodeRow::unproven).toList();
    if (converged == total && !unproven.isEmpty()) {
      return new Verdict(
          Tone.BUSY,
          "?",
          "Converged %d/%d, %d unproven".formatted(total, total, unproven.size()),
          "Its files are there, and nothing proves that the worker runs them on "
              + names(unproven)
              + ".",
          "? %d/%d".formatted(total, total));
    }
    if (converged == total) {
      return new Verdict(
          Tone.GOOD,
          "✓",
          "Converged " + total + "/" + total,
          total == 1
              ? "The node runs what it should."
              : "Every node runs what it should, seen and healthy.",
          "✓ " + total + "/" + total);
    }
    Tone tone = worst(byState.keySet());
    String sign = sign(tone);
    String detail =
        byState.entrySet().stream()
            .filter(e -> e.getKey() != StateSign.CONVERGED)
            .map(e -> names(e.getValue()) + " " + e.getKey().word())
            .collect(Collectors.joining(" · "));
    return new Verdict(
        tone,
        sign,
        converged + " of " + total + " converged",
        detail,
        sign + " " + converged + "/" + total);
  }

  private static String names(List<NodeRow> rows) {
    String names =
        rows.stream().limit(NAMED_MAX).map(NodeRow::name).collect(Collectors.joining(", "));
    return rows.size() > NAMED_MAX ? names + " and " + (rows.size() - NAMED_MAX) + " more" : names;
  }

  private static List<Part> bar(Collection<Count> counts, int total) {
    List<Part> parts = new ArrayList<>();
    double x = 0;
    // What is well comes first, as in every progress bar; the list of nodes is the other way round.
    List<Count> wellFirst =
        counts.stream().sorted(Comparator.comparing(Count::state).reversed()).toList();
    for (Count count : wellFirst) {
      double width = Math.round(10_000.0 * count.nodes() / total) / 100.0;
      parts.add(new Part(count.state(), x, width));
      x = Math.round(100 * (x + width)) / 100.0;
    }
    return parts;
  }

  private static List<String> attributes(List<NodeRow> rows) {
    List<String> attributes = new ArrayList<>();
    long pinned = rows.stream().filter(r -> r.pin() != null).count();
    if (pinned > 0) {
      attributes.add(pinned + " pinned");
    }
    long draining = rows.stream().filter(r -> r.facts().draining()).count();
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
    long unproven = rows.stream().filter(NodeRow::unproven).count();
    if (unproven > 0) {
      attributes.add(unproven + " unproven");
    }
    return attributes;
  }

  private List<RefLine> refs(Fleet fleet, List<NodeRow> rows) {
    Map<String, Map<StateSign, Integer>> states =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    r -> r.pin() == null ? r.ref() : r.pin().ref(),
                    Collectors.toMap(
                        NodeRow::state,
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
        cut(ref.ref()),
        commit(ref.commit()),
        cutOrNull(ref.subject()),
        cutOrNull(ref.author()),
        deployment == null ? null : cut(deployment.pushedBy()),
        deployment == null ? null : new Moment(deployment.startedAt()),
        progress(ref, deployment, states));
  }

  private static Progress progress(
      Fleet.Ref ref, @Nullable DeploymentView deployment, Map<StateSign, Integer> states) {
    List<Count> counts =
        states.entrySet().stream().map(e -> new Count(e.getKey(), e.getValue())).toList();
    int total = counts.stream().mapToInt(Count::nodes).sum();
    String label = ref.converged() + " of " + ref.nodes() + " nodes on " + cut(ref.ref());
    String ratio = ref.converged() + "/" + ref.nodes();
    List<Part> bar = total == 0 ? List.of() : bar(counts, total);
    if (ref.nodes() == 0) {
      return new Progress(Tone.NONE, "○", "no node", label, bar);
    }
    if (ref.converged() == ref.nodes()) {
      String took =
          deployment == null || deployment.convergedAt() == null
              ? ""
              : " in "
                  + Durations.human(
                      Duration.between(deployment.startedAt(), deployment.convergedAt()));
      return new Progress(Tone.GOOD, "✓", "converged " + ratio + took, label, bar);
    }
    Tone tone = worst(states.keySet());
    return new Progress(tone, sign(tone), ratio + " converged", label, bar);
  }

  private static Tone worst(Collection<StateSign> states) {
    return Tone.of(Severity.worst(states.stream().map(StateSign::state)));
  }

  private static String sign(Tone tone) {
    return switch (tone) {
      case GOOD -> "✓";
      case BUSY -> "▸";
      case NONE -> "‖";
      case BAD -> "✗";
    };
  }

  private static NodeRow row(NodeView node) {
    return new NodeRow(
        node.name().value(),
        StateSign.of(node.state()),
        new Moment(node.since()),
        cut(node.reason()),
        new Version(commit(node.appliedCommit()), commit(node.targetCommit())),
        cut(node.ref()),
        pin(node.pin()),
        node.workers().entrySet().stream().map(e -> worker(e.getKey(), e.getValue())).toList(),
        new Facts(
            node.labels(),
            node.draining(),
            node.drift() == null ? null : cut(node.drift().reason()),
            node.lastSeen() == null ? null : new Moment(node.lastSeen()),
            lost(node.contact()),
            cutOrNull(node.agentVersion())));
  }

  private static @Nullable Moment lost(NodeView.@Nullable Contact contact) {
    return contact == null || contact.lostSince() == null ? null : new Moment(contact.lostSince());
  }

  private static @Nullable PinLine pin(@Nullable PinStatus pin) {
    return pin == null
        ? null
        : new PinLine(
            cut(pin.ref()), cut(pin.owner()), cut(pin.reason()), new Moment(pin.expiresAt()));
  }

  private static WorkerLine worker(String name, WorkerStatus worker) {
    Function<GenerationStatus, Generation> generation =
        g ->
            new Generation(
                g.number(),
                g.pid(),
                g.phase().wireName(),
                new Moment(g.startedAt()),
                new Commit(g.commit().value()));
    return new WorkerLine(
        cut(name),
        cut(worker.proof()),
        worker.unproven(),
        worker.generations().stream().map(generation).toList());
  }

  private static @Nullable Commit commit(@Nullable CommitId id) {
    return id == null ? null : new Commit(id.value());
  }

  private static @Nullable String cutOrNull(@Nullable String text) {
    return text == null ? null : cut(text);
  }

  private static String cut(String text) {
    if (text.codePointCount(0, text.length()) <= TEXT_MAX) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, TEXT_MAX)) + "…";
  }
}
