package dev.pullcord.server.deployment;

import dev.pullcord.protocol.unit.Counted;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.protocol.unit.NaturalOrder;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.fleet.NodeRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The nodes that a branch cannot go away from.
 *
 * @param following those whose own branch it is
 * @param pinned those that are pinned to it
 */
public record Followers(List<String> following, List<String> pinned) {
  private static final int TYPED_MAX = 8;

  /** In the order in which people count. */
  public Followers {
    following = following.stream().sorted(NaturalOrder.OF_NAMES).toList();
    pinned = pinned.stream().sorted(NaturalOrder.OF_NAMES).toList();
  }

  static Followers of(FleetSnapshot fleet, String branch) {
    return new Followers(
        names(fleet, n -> branch.equals(n.settings().ref())),
        names(fleet, n -> n.pin() != null && branch.equals(n.branch())));
  }

  private static List<String> names(FleetSnapshot fleet, Predicate<NodeRecord> which) {
    return fleet.nodes().values().stream().filter(which).map(n -> n.name().value()).toList();
  }

  /** Whether nobody is in the way. */
  public boolean isEmpty() {
    return following.isEmpty() && pinned.isEmpty();
  }

  /** Who is in the way, and with what command each of them goes somewhere else. */
  public String wayOn() {
    List<String> parts = new ArrayList<>();
    if (!following.isEmpty()) {
      parts.add(
          said(following, "follow it", "follows it", "pullcord nodes")
              + ": first let "
              + (following.size() == 1 ? "it" : "them")
              + " follow another branch: pullcord follow "
              + typed(following)
              + " BRANCH");
    }
    if (!pinned.isEmpty()) {
      parts.add(
          said(pinned, "are pinned to it", "is pinned to it", "pullcord pins")
              + ": first end the pin: pullcord unpin "
              + typed(pinned));
    }
    return String.join("; ", parts);
  }

  /** With the command that lists them with their branches, where not all are named. */
  private static String said(List<String> names, String many, String one, String list) {
    return "%s %s (%s%s)"
        .formatted(
            Counted.of(names.size(), "node"),
            names.size() == 1 ? one : many,
            NameList.folded(names),
            names.size() > TYPED_MAX ? "; all of them: " + list : "");
  }

  private static String typed(List<String> names) {
    return names.size() > TYPED_MAX ? "NODE…" : String.join(" ", names);
  }
}
