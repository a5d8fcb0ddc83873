package dev.pullcord.server.store.sql;

import dev.pullcord.protocol.report.NodeState;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** How many nodes were in which state, as the text of a column: {@code CONVERGED=5 FAILED=1}. */
final class KeptCounts {
  private KeptCounts() {}

  static String text(Map<NodeState, Integer> counts) {
    return counts.entrySet().stream()
        .map(e -> e.getKey().name() + "=" + e.getValue())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  static Map<NodeState, Integer> of(String text) {
    Map<NodeState, Integer> counts = new EnumMap<>(NodeState.class);
    for (String count : text.isEmpty() ? new String[0] : text.split(" ")) {
      int end = count.indexOf('=');
      counts.put(
          NodeState.valueOf(count.substring(0, end)), Integer.parseInt(count.substring(end + 1)));
    }
    return counts;
  }
}
