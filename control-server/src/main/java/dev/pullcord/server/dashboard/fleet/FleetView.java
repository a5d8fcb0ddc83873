package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.protocol.unit.NaturalOrder;
import dev.pullcord.server.dashboard.StateSign;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The nodes as one address asks for them: a cell for each that its selector chooses, in groups, and
 * rows with words for those of note. A small fleet has a row for every node.
 *
 * @param groups in order of name; cells of states that are not asked for are there and hidden, so
 *     that a node that comes into such a state appears without a new page
 * @param rows worst first
 * @param more rows that are left out
 * @param selected how many nodes have cells
 * @param shown how many of these are in a state that is asked for
 * @param all whether nodes that are not of note have rows too
 * @param keys of labels, to group by
 */
record FleetView(
    FleetQuery query,
    List<Group> groups,
    List<FleetLine> rows,
    int more,
    int selected,
    int shown,
    boolean all,
    List<String> keys) {
  /** A fleet, or a selection, up to this size has a row for every node. */
  static final int ALL_MAX = 100;

  /** More rows than this help nobody. */
  static final int ROWS_MAX = 200;

  private static final int NAMED_MAX = 60;
  private static final int MIDDLE_MAX = 600;
  private static final int GROUPS_MAX = 200;
  private static final int KEYS_MAX = 100;
  private static final int KEYS_OFFERED = 8;

  FleetView {
    groups = List.copyOf(groups);
    rows = List.copyOf(rows);
    keys = List.copyOf(keys);
  }

  /**
   * Nodes that have a label's value in common.
   *
   * @param name the value, or what stands for having none
   * @param nodes in order of name
   */
  record Group(String name, List<FleetLine> nodes) {
    Group {
      nodes = List.copyOf(nodes);
    }

    int converged() {
      return (int) counting().filter(n -> n.state() == StateSign.CONVERGED).count();
    }

    int counted() {
      return (int) counting().count();
    }

    private Stream<FleetLine> counting() {
      return nodes.stream().filter(FleetLine::counts);
    }
  }

  static FleetView of(FleetSheet model, FleetQuery query) {
    List<FleetLine> chosen =
        query.problem() != null
            ? List.of()
            : model.nodes().stream().filter(n -> query.chosen().matches(n.facts().tags())).toList();
    boolean all = chosen.size() <= ALL_MAX;
    List<FleetLine> asked = chosen.stream().filter(n -> query.shows(n.state())).toList();
    List<FleetLine> rows = asked.stream().filter(n -> all || n.ofNote()).toList();
    return new FleetView(
        query,
        groups(chosen, query.group()),
        rows.stream().limit(ROWS_MAX).toList(),
        Math.max(0, rows.size() - ROWS_MAX),
        chosen.size(),
        asked.size(),
        all,
        keys(model.nodes()));
  }

  private static List<Group> groups(List<FleetLine> nodes, String key) {
    Map<String, List<FleetLine>> byValue = new TreeMap<>();
    List<FleetLine> without = new ArrayList<>();
    List<FleetLine> beyond = new ArrayList<>();
    nodes.stream()
        .sorted(Comparator.comparing(FleetLine::name, NaturalOrder.OF_NAMES))
        .forEach(node -> {
          String value = node.facts().tags().get(key);
          if (value == null) {
            without.add(node);
          } else if (byValue.containsKey(value) || byValue.size() < GROUPS_MAX) {
            byValue.computeIfAbsent(value, _ -> new ArrayList<>()).add(node);
          } else {
            beyond.add(node);
          }
        });
    List<Group> groups = new ArrayList<>();
    byValue.forEach((value, members) -> groups.add(new Group(key + "=" + value, members)));
    if (!beyond.isEmpty()) {
      groups.add(new Group(key + ", all other values", beyond));
    }
    if (!without.isEmpty()) {
      groups.add(new Group(key.isEmpty() ? "all nodes" : "without " + key, without));
    }
    return groups;
  }

  private static List<String> keys(List<FleetLine> nodes) {
    TreeSet<String> keys = new TreeSet<>();
    nodes.forEach(n -> keys.addAll(n.facts().tags().keySet()));
    return keys.stream().limit(KEYS_MAX).toList();
  }

  /** How large a cell can be: with its name, as a tile, as a dot. */
  String size() {
    if (selected <= NAMED_MAX) {
      return "named";
    }
    return selected <= MIDDLE_MAX ? "middle" : "small";
  }

  boolean named() {
    return selected <= NAMED_MAX;
  }

  /** Whether it says that no node is like that, while none has a row. */
  boolean saysNone() {
    boolean rowsOfAll = all || shown == 0 || !query.shows(StateSign.CONVERGED);
    return query.narrows() && query.problem() == null && rowsOfAll;
  }

  /** Whether the map of cells is shown: where not every node has a row, or it was asked for. */
  boolean map() {
    return !all || !query.group().isEmpty();
  }

  /** The labels to group by that are offered, with the one that is chosen. */
  List<String> offered() {
    List<String> offered = new ArrayList<>(keys.stream().limit(KEYS_OFFERED).toList());
    if (!query.group().isEmpty() && !offered.contains(query.group())) {
      offered.add(query.group());
    }
    return offered;
  }
}
