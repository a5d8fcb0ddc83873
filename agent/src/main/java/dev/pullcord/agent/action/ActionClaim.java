package dev.pullcord.agent.action;

import dev.pullcord.protocol.action.ActionReports;
import dev.pullcord.protocol.action.RunState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The node's note of an order: that it took it up, and then how it ended.
 *
 * @param key of the order
 * @param action what it asked for, for people who read the file
 * @param at when it was taken up, by this host's clock
 * @param state how it ended; running before that
 * @param outcome the same in full; null before that
 * @param settled whether the server has stored the end
 * @param kept what of the output stands before {@code output} and is lost, in characters
 * @param output the end of what it wrote; empty once the server has it
 */
record ActionClaim(
    String key,
    String action,
    Instant at,
    RunState state,
    ActionReports.@Nullable Outcome outcome,
    boolean settled,
    long kept,
    String output) {
  /** It is taken up. */
  static ActionClaim of(String key, String action, Instant at) {
    return new ActionClaim(key, action, at, RunState.RUNNING, null, false, 0, "");
  }

  ActionClaim ended(RunState how, ActionReports.Outcome with, long before, String written) {
    return new ActionClaim(key, action, at, how, with, false, before, written);
  }

  /** The server has all of it. */
  ActionClaim delivered() {
    return new ActionClaim(key, action, at, state, outcome, true, kept + output.length(), "");
  }

  /** The same without the output, which may be large. */
  ActionClaim brief() {
    return new ActionClaim(key, action, at, state, outcome, settled, kept + output.length(), "");
  }
}
