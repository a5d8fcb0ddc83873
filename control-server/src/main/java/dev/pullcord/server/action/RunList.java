package dev.pullcord.server.action;

import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.server.store.RunTable.StoredRun;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Lists runs: those that have ended from the store, the others as they are now. A run may have all
 * nodes of a large fleet, so a list has them only up to a bound, or counts them.
 */
public final class RunList {
  /** So many nodes are in memory for one list. */
  private static final int NODES_AT_ONCE = 10_000;

  private final Store store;
  private final LiveRuns live;

  RunList(Store store, LiveRuns live) {
    this.store = store;
    this.live = live;
  }

  /**
   * A part of the list of runs.
   *
   * @param runs newest first, without output
   * @param more whether there are older ones
   */
  public record RunPart(List<RunView> runs, boolean more) {}

  /**
   * Runs with an id below that one. Of a large fleet they are fewer than asked for: one, or as many
   * as have {@link #NODES_AT_ONCE} nodes together.
   */
  public RunPart page(long before, int limit) {
    RunPart stored =
        store.read(tables -> {
          List<StoredRun> rows = tables.runs().page(before, limit);
          Map<Long, Map<RunState, Integer>> counts = counts(tables, rows);
          List<RunView> views = new ArrayList<>();
          int nodes = 0;
          for (StoredRun row : rows) {
            nodes += sum(counts.getOrDefault(row.id(), Map.of()));
            if (!views.isEmpty() && nodes > NODES_AT_ONCE) {
              return new RunPart(views, true);
            }
            views.add(RunViews.stored(row, tables.runs().parts(row.id(), false)));
          }
          return new RunPart(views, rows.size() == limit);
        });
    return new RunPart(
        stored.runs().stream()
            .map(run -> live.find(run.id()).map(now -> now.view(false)).orElse(run))
            .toList(),
        stored.more());
  }

  /**
   * A run without its nodes.
   *
   * @param run has nodes only while it goes on
   * @param counts how many nodes are in each state
   */
  public record RunSummary(RunView run, Map<RunState, Integer> counts) {
    /** Of one that has its nodes. */
    public static RunSummary of(RunView whole) {
      Map<RunState, Integer> counts = new EnumMap<>(RunState.class);
      whole.nodes().forEach(node -> counts.merge(node.state(), 1, Integer::sum));
      return new RunSummary(whole, counts);
    }
  }

  /** The newest runs, however many nodes they have. */
  public List<RunSummary> newest(int limit) {
    List<RunSummary> stored =
        store.read(tables -> {
          List<StoredRun> rows = tables.runs().page(Long.MAX_VALUE, limit);
          Map<Long, Map<RunState, Integer>> counts = counts(tables, rows);
          return rows.stream()
              .map(row -> {
                Map<RunState, Integer> nodes = counts.getOrDefault(row.id(), Map.of());
                return new RunSummary(RunViews.brief(row, nodes), nodes);
              })
              .toList();
        });
    return stored.stream()
        .map(
            one -> live.find(one.run().id()).map(now -> RunSummary.of(now.view(false))).orElse(one))
        .toList();
  }

  private static Map<Long, Map<RunState, Integer>> counts(Tables tables, List<StoredRun> rows) {
    return tables.runs().counts(rows.stream().map(StoredRun::id).toList());
  }

  private static int sum(Map<RunState, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
