package dev.pullcord.server.action;

import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.id.NodeName;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says which nodes of a run may begin now. The rules, all of them:
 *
 * <ul>
 *   <li>At most {@code atOnce} nodes have begun and not ended. As soon as one ends the next begins.
 *   <li>Nodes take their turn by name. One that is not connected is passed over until it is.
 *   <li>After {@code stopAfter} failures no further node begins. A failure is a node that began and
 *       is failed or unknown, or that refused when its turn came.
 *   <li>When the time is over, or somebody has cancelled the run, no further node begins.
 * </ul>
 *
 * <p>A pure function; {@link RunLoop} does what it says.
 */
final class RunPlanner {
  private RunPlanner() {}

  /**
   * A node's part, as far as its turn depends on it.
   *
   * @param name the node
   * @param state how far it has come
   * @param released whether it may have heard that it is to begin
   * @param connected whether it can be told now
   */
  record Member(NodeName name, RunState state, boolean released, boolean connected) {
    boolean failed() {
      return released && state.ended() && state != RunState.DONE;
    }

    boolean waits() {
      return !released && state == RunState.WAITING;
    }

    boolean busy() {
      return released && !state.ended();
    }
  }

  /**
   * What follows.
   *
   * @param release those that begin now
   * @param stop why those that wait do not begin any more; null while they may
   */
  record Next(List<NodeName> release, @Nullable Stop stop) {
    Next {
      release = List.copyOf(release);
    }
  }

  /** Why no further node begins. */
  enum Stop {
    /** As many have failed as may. */
    FAILURES,
    /** The time is over. */
    TIME,
    /** Somebody has cancelled it. */
    CANCELLED
  }

  /**
   * Whose turn it is.
   *
   * @param over why nobody's turn comes, whatever the nodes do; null while one's may
   */
  static Next next(
      List<Member> members, int atOnce, @Nullable Integer stopAfter, @Nullable Stop over) {
    if (over != null) {
      return new Next(List.of(), over);
    }
    long failed = members.stream().filter(Member::failed).count();
    if (failed >= Objects.requireNonNullElse(stopAfter, Integer.MAX_VALUE)) {
      return new Next(List.of(), Stop.FAILURES);
    }
    long free = atOnce - members.stream().filter(Member::busy).count();
    List<NodeName> release =
        members.stream()
            .filter(member -> member.waits() && member.connected())
            .limit(Math.max(0, free))
            .map(Member::name)
            .toList();
    return new Next(release, null);
  }
}
