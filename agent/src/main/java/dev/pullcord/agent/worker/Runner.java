package dev.pullcord.agent.worker;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.journal.Lives;
import dev.pullcord.agent.rights.Signals;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Starts generations, finds them again, and ends them. The journal is not the runner's: {@link
 * Workers} writes the intent before it calls and the note after, so that each of these may be
 * called again after a kill in between, and must then come to the same end.
 *
 * <p>Called by the loop's thread alone, and never waits for a worker to end.
 */
public interface Runner extends Lives {
  /** Why it cannot start a worker of that name on this node; empty when it can. */
  Optional<String> problem(String worker);

  /**
   * Starts it, once, whatever happens to the agent meanwhile.
   *
   * @return as what it runs; empty when it has ended before it could be seen
   * @throws IOException when it was not started and never will be, for a reason of the host
   */
  Optional<Found> start(Generation generation, WorkerKind.Launch.Of launch) throws IOException;

  /** Watches one that an agent before this one started. */
  void adopt(Generation generation);

  /**
   * Asks it to end, unless that was done before; returns as soon as it was asked, which is at once
   * but where a command does it.
   *
   * @throws IOException when it was not asked
   */
  void terminate(Generation generation) throws IOException;

  /**
   * Asks what the main process has left behind to end, each process once; the main one is gone, or
   * was never seen. Nothing where {@link #rest} never is anything.
   *
   * @param left those that were not asked before
   * @param signals sends it
   */
  default void terminateRest(Generation generation, List<ProcessId> left, Signals signals)
      throws IOException {}

  /** All processes of it that live, but for the main one; empty where it has none of its own. */
  default List<ProcessId> rest(Generation generation) {
    return List.of();
  }

  /**
   * Why one that works is about to end without us; empty when nothing of the kind is known.
   *
   * @return who does it, in a few words
   */
  default Optional<String> endedByOthers(Generation generation) {
    return Optional.empty();
  }

  /**
   * The journal says what has the work: a runner that can brings just that back after a boot.
   *
   * @param stopped workers that are not to run, whatever the journal says
   */
  default void promoted(AgentHistory history, Set<String> stopped) throws IOException {}

  /** With what one that is gone ended; empty where that is not known. */
  Optional<Integer> exitCode(Generation generation);

  /**
   * Whether what it starts is a process that the agent knows by its pid and start time. Only such a
   * one can be killed, and can leave others behind.
   */
  default boolean knowsTheProcess() {
    return true;
  }

  /** Why one that is gone never became the worker, for a reason of the host; empty if it did. */
  Optional<String> neverStarted(Generation generation);

  /** What somebody did to one that ended and left no word of its own; empty where nothing is. */
  default Optional<String> undone(Generation generation) {
    return Optional.empty();
  }

  /** What is said of one that is gone, where nothing else is known of its end. */
  default String ended() {
    return "ended";
  }

  /** Whether it is meant to be used here, even when it cannot be used now. */
  default boolean isInstalled() {
    return true;
  }

  /** Forgets those that are gone: their end has been told. */
  void forgetGone();
}
