package dev.pullcord.server.view;

import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.protocol.unit.NaturalOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Says what several nodes have in common once: a bad check on six nodes is one failure, not six.
 * Two nodes belong together where their lines are equal to the letter.
 */
public final class EqualFailures {
  /** Who was the first with each line. */
  private final Map<String, NodeName> first = new LinkedHashMap<>();

  /** The node that was shown with this very line before; empty for the first one, which is kept. */
  public Optional<NodeName> shownBefore(NodeName node, String line) {
    NodeName known = first.putIfAbsent(line, node);
    return known == null || known.equals(node) ? Optional.empty() : Optional.of(known);
  }

  /**
   * {@code 6 nodes rolled-back: check exited 3 (web-1, web-2, …)}, a part for each line, those of
   * most nodes first.
   *
   * @param lines by node
   */
  public static String grouped(Map<NodeName, String> lines) {
    Map<String, TreeSet<String>> byLine = new TreeMap<>();
    lines.forEach((node, line) ->
        byLine.computeIfAbsent(line, _ -> new TreeSet<>(NaturalOrder.OF_NAMES)).add(node.value()));
    return byLine.entrySet().stream()
        .sorted(
            Map.Entry.<String, TreeSet<String>>comparingByValue(
                    (a, b) -> Integer.compare(b.size(), a.size()))
                .thenComparing(e -> e.getValue().first()))
        .map(e ->
            e.getValue().size() == 1
                ? e.getValue().first() + " " + e.getKey()
                : "%d nodes %s (%s)"
                    .formatted(
                        e.getValue().size(),
                        e.getKey(),
                        NameList.folded(List.copyOf(e.getValue()))))
        .collect(Collectors.joining("; "));
  }
}
