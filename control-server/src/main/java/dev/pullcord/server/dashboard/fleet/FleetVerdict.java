package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.protocol.report.Severity;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.protocol.unit.SpokenTimes;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.dashboard.StateSign.Tone;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Says in a line whether the fleet runs what it should. It is good only if every node is converged,
 * as it was committed, and proven; else it names the nodes that keep it from that.
 */
final class FleetVerdict {
  private static final int NAMED_MAX = 4;

  private FleetVerdict() {}

  /**
   * The verdict on these.
   *
   * @param nodes those that count
   * @param suspended how many there are beside them
   */
  static FleetSheet.Verdict of(
      List<FleetLine> nodes, Map<StateSign, List<FleetLine>> byState, int suspended) {
    if (nodes.isEmpty() && suspended > 0) {
      return new FleetSheet.Verdict(
          Tone.NONE,
          "‖",
          "Every node is suspended",
          "Nothing is counted until one is resumed, or its time is over.",
          "all suspended",
          List.of());
    }
    if (nodes.isEmpty()) {
      return new FleetSheet.Verdict(
          Tone.NONE,
          "○",
          "No node yet",
          "Three steps bring the first one here.",
          "no node yet",
          List.of());
    }
    int converged = byState.getOrDefault(StateSign.CONVERGED, List.of()).size();
    if (converged < nodes.size()) {
      return onTheWay(converged, nodes.size(), byState);
    }
    List<FleetLine> drifted = those(nodes, n -> n.facts().drift() != null);
    if (!drifted.isEmpty()) {
      return doubtful(
          "≠",
          nodes.size(),
          drifted.size() + " drifted",
          "The workers run what they should, but not every file is as it was committed on "
              + names(drifted)
              + ".");
    }
    List<FleetLine> unproven = those(nodes, FleetLine::unproven);
    if (!unproven.isEmpty()) {
      return doubtful(
          "?",
          nodes.size(),
          unproven.size() + " unproven",
          "Its files are there, and nothing proves that the worker runs them on "
              + names(unproven)
              + ".");
    }
    return good(nodes.size());
  }

  private static FleetSheet.Verdict good(int total) {
    return new FleetSheet.Verdict(
        Tone.GOOD,
        "✓",
        "Converged %d/%d".formatted(total, total),
        total == 1
            ? "The node runs what it should."
            : "Every node runs what it should, seen and healthy.",
        "✓ %d/%d".formatted(total, total),
        List.of());
  }

  private static FleetSheet.Verdict doubtful(String sign, int total, String what, String detail) {
    return new FleetSheet.Verdict(
        Tone.BUSY,
        sign,
        "Converged %d/%d, %s".formatted(total, total, what),
        detail,
        "%s %d/%d".formatted(sign, total, total),
        List.of());
  }

  private static FleetSheet.Verdict onTheWay(
      int converged, int total, Map<StateSign, List<FleetLine>> byState) {
    Tone tone = worst(byState.keySet());
    String detail =
        byState.entrySet().stream()
            .filter(e -> e.getKey() != StateSign.CONVERGED)
            .map(e -> names(e.getValue()) + " " + e.getKey().word() + why(e.getValue()))
            .collect(Collectors.joining(" · "));
    return new FleetSheet.Verdict(
        tone,
        sign(tone),
        "%d of %d converged".formatted(converged, total),
        detail,
        "%s %d/%d".formatted(sign(tone), converged, total),
        List.of());
  }

  /** Why, where more failed than are named, and all of them for one reason. */
  private static String why(List<FleetLine> nodes) {
    FleetLine first = nodes.getFirst();
    String reason = first.state().state().bare(first.reason());
    boolean one = nodes.stream().allMatch(n -> n.reason().equals(first.reason()));
    boolean failed = first.state().tone() == Tone.BAD && first.state() != StateSign.OFFLINE;
    return nodes.size() > NAMED_MAX && one && failed && !reason.isEmpty()
        ? ": " + SpokenTimes.of(reason).moments()
        : "";
  }

  private static List<FleetLine> those(List<FleetLine> nodes, Predicate<FleetLine> which) {
    return nodes.stream().filter(which).toList();
  }

  private static String names(List<FleetLine> nodes) {
    return NameList.folded(nodes.stream().map(FleetLine::name).toList(), NAMED_MAX);
  }

  static Tone worst(Collection<StateSign> states) {
    return Tone.of(Severity.worst(states.stream().map(StateSign::state)));
  }

  static String sign(Tone tone) {
    return switch (tone) {
      case GOOD -> "✓";
      case BUSY -> "▸";
      case NONE -> "‖";
      case BAD -> "✗";
    };
  }
}
