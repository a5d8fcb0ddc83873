package dev.pullcord.server.plan;

import dev.pullcord.protocol.api.PlanView.Action;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The work of a node that goes from one commit to another, as far as the two commits say.
 *
 * @param bundles of which files differ
 * @param release whether a new release is built: something differs that the node has on its disk
 * @param workers those that are touched, and how
 * @param refused what is wrong with the commit on this node, though it may be good on others
 */
public record Difference(
    List<String> bundles, boolean release, Map<String, Action> workers, List<String> refused) {
  /** Copies, in their order. */
  public Difference {
    bundles = List.copyOf(bundles);
    workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
    refused = List.copyOf(refused);
  }
}
