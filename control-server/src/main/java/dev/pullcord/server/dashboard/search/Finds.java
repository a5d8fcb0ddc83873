package dev.pullcord.server.dashboard.search;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.NaturalOrder;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a few letters find: nodes by name or label, branches by name, deployments by commit, subject
 * or number. Everything is looked at as it is now, and the lists are bounded.
 *
 * @param nodes in the order in which people count
 * @param branches likewise
 * @param deployments newest first
 * @param more how many nodes and branches are left out
 * @param exact the page that was meant without a doubt; null where there is none
 */
record Finds(
    List<NodeView> nodes,
    List<String> branches,
    List<DeploymentView> deployments,
    int more,
    @Nullable String exact) {
  /** So many of each are shown. */
  static final int MOST = 50;

  /** Deployments further back than this are found by their number alone. */
  static final int LOOK_BACK = 1000;

  private static final int NODES_AT_ONCE = 1000;
  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{4,40}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  static Finds of(FleetReader fleet, String words) {
    String wanted = words.strip().toLowerCase(Locale.ROOT);
    if (wanted.isEmpty()) {
      return new Finds(List.of(), List.of(), List.of(), 0, null);
    }
    List<NodeView> nodes = nodes(fleet, wanted);
    List<String> branches =
        fleet.branches().stream()
            .filter(b -> has(b, wanted))
            .sorted(NaturalOrder.OF_NAMES)
            .toList();
    List<DeploymentView> deployments = deployments(fleet, wanted);
    return new Finds(
        first(nodes),
        first(branches),
        deployments,
        nodes.size() - first(nodes).size() + branches.size() - first(branches).size(),
        exact(wanted, nodes, branches, deployments));
  }

  private static <T> List<T> first(List<T> all) {
    return List.copyOf(all.subList(0, Math.min(MOST, all.size())));
  }

  boolean none() {
    return nodes.isEmpty() && branches.isEmpty() && deployments.isEmpty();
  }

  private static List<NodeView> nodes(FleetReader fleet, String wanted) {
    List<NodeView> found = new ArrayList<>();
    List<NodeView> page =
        fleet.nodes(Selector.ALL, EnumSet.noneOf(NodeState.class), null, NODES_AT_ONCE);
    // All of them: the first by their letters are not the first that people count.
    while (!page.isEmpty()) {
      page.stream().filter(n -> fits(n, wanted)).forEach(found::add);
      page =
          fleet.nodes(
              Selector.ALL, EnumSet.noneOf(NodeState.class), page.getLast().name(), NODES_AT_ONCE);
    }
    found.sort(Comparator.comparing(node -> node.name().value(), NaturalOrder.OF_NAMES));
    return found;
  }

  private static boolean fits(NodeView node, String wanted) {
    Stream<String> labels =
        node.labels().entrySet().stream().map(e -> e.getKey() + "=" + e.getValue());
    return has(node.name().value(), wanted)
        || labels.anyMatch(label -> has(label, wanted))
        || is(node.appliedCommit(), wanted)
        || is(node.targetCommit(), wanted);
  }

  private static List<DeploymentView> deployments(FleetReader fleet, String wanted) {
    Optional<DeploymentView> numbered =
        NUMBER.matcher(wanted).matches()
            ? fleet.deployment(Long.parseLong(wanted))
            : Optional.empty();
    Stream<DeploymentView> others =
        fleet.deployments(null, Long.MAX_VALUE, LOOK_BACK).stream()
            .filter(d -> is(d.commit(), wanted) || has(d.subject(), wanted))
            .filter(d -> numbered.filter(n -> n.id() == d.id()).isEmpty());
    return Stream.concat(numbered.stream(), others).limit(MOST).toList();
  }

  private static @Nullable String exact(
      String wanted,
      List<NodeView> nodes,
      List<String> branches,
      List<DeploymentView> deployments) {
    if (nodes.stream().anyMatch(n -> n.name().value().equals(wanted))) {
      return "/ui/nodes/" + wanted;
    }
    if (nodes.size() + branches.size() + deployments.size() != 1) {
      return null;
    }
    return !nodes.isEmpty()
        ? "/ui/nodes/" + nodes.getFirst().name()
        : deployments.isEmpty() ? null : "/ui/deployments/" + deployments.getFirst().id();
  }

  private static boolean is(@Nullable CommitId commit, String wanted) {
    return commit != null && DIGITS.matcher(wanted).matches() && commit.value().startsWith(wanted);
  }

  private static boolean has(@Nullable String text, String wanted) {
    return text != null && text.toLowerCase(Locale.ROOT).contains(wanted);
  }
}
