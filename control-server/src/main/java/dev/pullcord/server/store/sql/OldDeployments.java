package dev.pullcord.server.store.sql;

import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.store.DeploymentTable;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Makes old deployments small, and forgets the oldest; each time the oldest few of a branch, so
 * that a store which has thousands of them is not made smaller within one push.
 */
final class OldDeployments {
  private static final int AT_ONCE = 10;

  /** Up to the one that so many newer ones of the branch follow. */
  private static final String UP_TO =
      " id <= (select id from deployments where ref = ? order by id desc limit 1 offset ?)"
          + " order by id limit ?";

  private final Handle handle;

  OldDeployments(Handle handle) {
    this.handle = handle;
  }

  /**
   * Of those that are too old, keeps counts instead of members, and no rollout.
   *
   * @param counts of deployments, by id
   */
  void thin(String ref, Function<Collection<Long>, Map<Long, Map<NodeState, Integer>>> counts) {
    List<Long> old =
        handle
            .select(
                "select id from deployments where ref = ? and members_kept is null and" + UP_TO,
                ref,
                ref,
                DeploymentTable.WITH_MEMBERS,
                AT_ONCE)
            .mapTo(Long.class)
            .list();
    Map<Long, Map<NodeState, Integer>> kept = counts.apply(old);
    for (long id : old) {
      handle.execute(
          "update deployments set members_kept = ? where id = ?",
          KeptCounts.text(kept.getOrDefault(id, Map.of())),
          id);
      handle.execute("delete from members where deployment = ?", id);
    }
    // Also those of deployments that an older server made small, which left their rollouts.
    handle.execute(
        "delete from rollouts where deployment in (select r.deployment from rollouts r"
            + " join deployments d on d.id = r.deployment"
            + " where r.ref = ? and d.members_kept is not null order by r.deployment limit ?)",
        ref,
        AT_ONCE);
  }

  /** Deletes in the order of age: an older one refers to the one that superseded it. */
  void forget(String ref, int kept) {
    List<Long> old =
        handle
            .select(
                "select id from deployments where ref = ? and members_kept is not null and" + UP_TO,
                ref,
                ref,
                kept,
                AT_ONCE)
            .mapTo(Long.class)
            .list();
    for (long id : old) {
      handle.execute("delete from rollouts where deployment = ?", id);
      handle.execute("delete from deployments where id = ?", id);
    }
  }

  boolean isWhole(long id) {
    return handle
        .select("select count(*) from deployments where id = ? and members_kept is null", id)
        .mapTo(Integer.class)
        .map(count -> count > 0)
        .one();
  }
}
