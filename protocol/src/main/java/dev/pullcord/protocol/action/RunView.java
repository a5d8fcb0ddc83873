package dev.pullcord.protocol.action;

import dev.pullcord.protocol.id.NodeName;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A run of an action.
 *
 * @param id its number; 0 of one that was not started
 * @param action the action's name
 * @param parameters the values that were given
 * @param state how far it has come: failed when it failed on a node or a node refused it, unknown
 *     when it is only unknown how it ended on a node
 * @param by who started it
 * @param startedAt when
 * @param endedAt when it had ended everywhere; null before
 * @param terms in which order nodes take their turn, and until when
 * @param cancelledBy who has cancelled it; null while nobody has
 * @param nodes its nodes, in order of name
 */
public record RunView(
    long id,
    String action,
    Map<String, String> parameters,
    RunState state,
    String by,
    Instant startedAt,
    @Nullable Instant endedAt,
    Terms terms,
    @Nullable String cancelledBy,
    List<NodeRun> nodes) {
  /** Copies. */
  public RunView {
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    nodes = List.copyOf(nodes);
  }

  /**
   * How nodes take their turn.
   *
   * @param batch as it was asked for, 25% or 3; null for all at once
   * @param atOnce so many nodes at a time
   * @param stopAfter after so many failures no further node begins; null for never
   * @param beginUntil a node that has not begun by then does not begin any more
   */
  public record Terms(
      @Nullable String batch, int atOnce, @Nullable Integer stopAfter, Instant beginUntil) {}

  /**
   * A node's part.
   *
   * @param name the node
   * @param state how far it has come
   * @param exitCode when the command ended by itself; null otherwise
   * @param tookMillis how long the command ran; null before its end
   * @param reason in words, where there is more to say than the state
   * @param notReached whether it was not begun because the time was over
   * @param commit which commit the action is of; null when the node had none
   * @param output the end of what it wrote, on both streams; empty in lists
   * @param cut how many characters before that are not kept
   */
  public record NodeRun(
      NodeName name,
      RunState state,
      @Nullable Integer exitCode,
      @Nullable Long tookMillis,
      String reason,
      boolean notReached,
      @Nullable String commit,
      String output,
      long cut) {}

  /**
   * What is asked for.
   *
   * @param action the action's name
   * @param selector nodes by their labels; null where nodes are named
   * @param nodes their names; null where a selector is given
   * @param parameters values by name; null for none
   * @param batch how many nodes at a time, 3 or 25%; null for all at once
   * @param stopAfter after so many failures no further node begins; null for never
   * @param timeout how long nodes are waited for, 10s to 24h; 5m when it is null
   */
  public record Request(
      String action,
      @Nullable String selector,
      @Nullable List<String> nodes,
      @Nullable Map<String, String> parameters,
      @Nullable String batch,
      @Nullable Integer stopAfter,
      @Nullable String timeout) {}

  /**
   * It was started.
   *
   * @param id its number
   */
  public record Started(long id) {}

  /**
   * Runs without the output of their nodes, newest first.
   *
   * @param runs at most as many as were asked for
   * @param next the cursor of the next page; null at the end
   */
  public record Page(List<RunView> runs, @Nullable String next) {
    /** Copies. */
    public Page {
      runs = List.copyOf(runs);
    }
  }

  /**
   * What has changed on a node; an event of the stream of a run.
   *
   * @param node its part, without output
   * @param text what it has written since the event before
   */
  public record Change(NodeRun node, String text) {}
}
