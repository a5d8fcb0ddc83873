package dev.pullcord.server.dashboard.deployment;

import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.view.NodeHold;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that the page of a deployment tells of.
 *
 * @param parts those that need somebody first
 * @param notShown how many nodes are left out
 * @param only the one node that is asked for; null for all
 * @param holds what keeps nodes from its commit, in the order of the nodes: of every node that
 *     failed, also where it is not shown
 */
record ShownNodes(
    List<NodePart> parts, int notShown, @Nullable String only, Map<NodeName, NodeHold> holds) {
  ShownNodes {
    parts = List.copyOf(parts);
    holds = Collections.unmodifiableMap(new LinkedHashMap<>(holds));
  }
}
