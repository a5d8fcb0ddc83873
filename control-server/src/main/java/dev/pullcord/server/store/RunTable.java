package dev.pullcord.server.store;

import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs of actions, with each node's part and its output. */
public interface RunTable {
  /** Adds a run; returns it with its number. */
  StoredRun add(StoredRun run);

  /** Adds a node's part. */
  void add(NodePart part);

  /** These nodes may begin from now on: they may have heard of it, whatever comes next. */
  void release(long run, Collection<NodeName> nodes, Instant at);

  /** A node's part as it is now. */
  void put(NodePart part);

  /** It is cancelled, unless it was before: nothing of it begins from now on. */
  void cancel(long run, String by);

  /** It has ended everywhere. */
  void end(long run, Instant at);

  /** A run. */
  Optional<StoredRun> find(long run);

  /** Runs with an id below that one, newest first. */
  List<StoredRun> page(long before, int limit);

  /** Those that have not ended. */
  List<StoredRun> open();

  /** How many nodes of these runs are in each state. */
  Map<Long, Map<RunState, Integer>> counts(Collection<Long> runs);

  /** The parts of a run in order of name, with or without what they wrote. */
  List<NodePart> parts(long run, boolean output);

  /** The part that an order is for. */
  Optional<NodePart> byKey(String key);

  /** Deletes the oldest that have ended, so that at most so many, with so much output, are kept. */
  void keep(int runs, long characters);

  /**
   * A run.
   *
   * @param id its number
   * @param action the action's name
   * @param parameters the values that were given
   * @param by who started it
   * @param startedAt when
   * @param endedAt when it had ended everywhere; null before
   * @param terms in which order nodes take their turn, and until when
   * @param cancelledBy who has cancelled it; null while nobody has
   */
  record StoredRun(
      long id,
      String action,
      Map<String, String> parameters,
      String by,
      Instant startedAt,
      @Nullable Instant endedAt,
      RunView.Terms terms,
      @Nullable String cancelledBy) {
    /** Copies. */
    public StoredRun {
      parameters = Map.copyOf(parameters);
    }

    /** The same with that number. */
    public StoredRun numbered(long number) {
      return new StoredRun(number, action, parameters, by, startedAt, endedAt, terms, cancelledBy);
    }

    /** The same, ended everywhere. */
    public StoredRun ended(Instant at) {
      return new StoredRun(id, action, parameters, by, startedAt, at, terms, cancelledBy);
    }

    /** The same, cancelled; the first who cancels it is named. */
    public StoredRun cancelled(String who) {
      return cancelledBy != null
          ? this
          : new StoredRun(id, action, parameters, by, startedAt, endedAt, terms, who);
    }
  }

  /**
   * A node's part.
   *
   * @param run of which run
   * @param node the node's id
   * @param name its name
   * @param order what the node is asked
   * @param releasedAt since when it may begin; null while it may not
   * @param standing how far it has come
   * @param output the end of what it wrote
   * @param cut how many characters stand before that
   */
  record NodePart(
      long run,
      long node,
      NodeName name,
      PartOrder order,
      @Nullable Instant releasedAt,
      Standing standing,
      String output,
      long cut) {
    /** The same, as it stands now. */
    public NodePart with(Standing now, String written, long before) {
      return new NodePart(run, node, name, order, releasedAt, now, written, before);
    }
  }

  /**
   * What a node is asked.
   *
   * @param key which no other order has
   * @param commit whose manifest declares the action; null when the node had none
   * @param timeout after which the action is killed
   */
  record PartOrder(String key, @Nullable CommitId commit, Duration timeout) {}

  /**
   * How far a node's part has come.
   *
   * @param state in a word
   * @param endedAt when it ended; null before
   * @param exitCode of a command that ended by itself
   * @param tookMillis how long it ran; null before its end
   * @param reason in words; empty when there is nothing to say
   * @param notReached whether it was not begun because the time was over
   */
  record Standing(
      RunState state,
      @Nullable Instant endedAt,
      @Nullable Integer exitCode,
      @Nullable Long tookMillis,
      String reason,
      boolean notReached) {
    /** It has not begun. */
    public static final Standing WAITING =
        new Standing(RunState.WAITING, null, null, null, "", false);

    /** It ended without a command. */
    public static Standing ended(RunState state, Instant at, String reason, boolean notReached) {
      return new Standing(state, at, null, null, reason, notReached);
    }
  }
}
