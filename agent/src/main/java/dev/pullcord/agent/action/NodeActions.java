package dev.pullcord.agent.action;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.action.ActionOrder;
import dev.pullcord.protocol.action.ActionReports;
import dev.pullcord.protocol.action.ActionReports.Have;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.channel.ServerEvent.ActionsWanted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orders that this node has heard of: starts those that it has never taken up, at most {@value
 * #AT_ONCE} at once and each on a thread of its own, beside the loop and its passes. The server
 * says all that it wants each time that this changes, so a message may come late, twice or never.
 */
public final class NodeActions implements Consumer<ActionsWanted>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeActions.class);
  private static final int AT_ONCE = 4;
  private static final String LATE =
      "not begun: its time was over, for " + AT_ONCE + " other actions ran on the node";
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

  private final ActionClaims claims;
  private final HostClock clock;
  private final Masks masks;
  private final Signal signal = new Signal();
  private final Signal ended = new Signal();
  private final SequencedMap<String, Waiting> waiting = new LinkedHashMap<>();
  private final Map<String, ToldAction> told = new LinkedHashMap<>();
  private @Nullable ActionExecution execution;
  private int running;
  private volatile boolean closed;

  private record Waiting(ActionOrder order, long until) {}

  /**
   * On this node; nothing is started before {@link #begin}.
   *
   * @param directory {@code actions/}
   */
  public NodeActions(Path directory, HostClock clock, Masks masks) throws IOException {
    this.claims = new ActionClaims(directory, clock);
    this.clock = clock;
    this.masks = masks;
  }

  /** From now on orders are taken up; nothing of an agent before runs any more. */
  public synchronized void begin(ActionExecution by) {
    execution = by;
    claims.untold().forEach(claim -> told.put(claim.key(), ToldAction.of(claim, masks)));
    startNext();
    signal.raise();
  }

  @Override
  public synchronized void accept(ActionsWanted wanted) {
    waiting.clear();
    for (ActionOrder order : wanted.orders()) {
      if (!ActionClaims.isKey(order.key())) {
        LOG.error("an order with a key that cannot be one; ignored");
      } else if (told.containsKey(order.key())) {
        told.get(order.key()).cancel(order.cancelledBy()); // it runs, or its end is on its way
      } else if (!claims.knows(order.key())) {
        long until = clock.nanos() + Duration.ofMillis(order.startWithinMillis()).toNanos();
        waiting.put(order.key(), new Waiting(order, until));
      } else if (execution != null) {
        // A server that has forgotten the answer; it gets it again.
        claims.of(order.key()).ifPresent(c -> told.put(c.key(), ToldAction.of(c, masks)));
      }
    }
    startNext();
    signal.raise();
  }

  private void startNext() {
    ActionExecution by = execution;
    if (by == null || closed) {
      return;
    }
    for (Waiting next : List.copyOf(waiting.values())) {
      // What is cancelled or too late is answered, and not run.
      boolean cancelled = next.order().cancelledBy() != null;
      boolean inTime = clock.nanos() - next.until() < 0;
      if (cancelled || !inTime || running < AT_ONCE) {
        begin(by, next.order(), inTime);
        waiting.remove(next.order().key());
      }
    }
  }

  private void begin(ActionExecution by, ActionOrder order, boolean inTime) {
    ToldAction action = ToldAction.begins(order.key(), masks, clock.nanos());
    action.cancel(order.cancelledBy());
    told.put(order.key(), action);
    running++;
    LastingThreads.start(
        "action",
        () -> {
          try {
            claims.claim(order.key(), order.action());
            run(by, order, inTime, action);
          } catch (IOException e) {
            String why = "it is not run, for the node cannot note that it runs it: ";
            end(
                action,
                RunState.REFUSED,
                new ActionReports.Outcome(null, 0, why + FileFault.of(e)));
          } catch (RuntimeException e) {
            LOG.error("an action ended with an error of the agent itself", e);
            end(
                action,
                RunState.UNKNOWN,
                new ActionReports.Outcome(null, 0, "a fault of the agent: " + e));
          } finally {
            over();
          }
        });
  }

  /** Already on the disk that it is taken up. */
  private void run(ActionExecution by, ActionOrder order, boolean inTime, ToldAction action) {
    String who = action.cancelledBy();
    if (who != null || !inTime) {
      String why = who == null ? LATE : "not begun: " + who + " cancelled the run";
      end(action, RunState.REFUSED, new ActionReports.Outcome(null, 0, why));
      return;
    }
    switch (by.prepare(order)) {
      case ActionExecution.Prepared.Refused(String reason) ->
          end(action, RunState.REFUSED, new ActionReports.Outcome(null, 0, reason));
      case ActionExecution.Prepared.Ready ready -> {
        LOG.info("action {} begins: order {}", order.action(), order.key());
        try (ready) {
          CommandResult result =
              by.run(ready, () -> closed || action.cancelledBy() != null, action.output());
          action.output().ends();
          end(
              action,
              ActionExecution.state(result),
              new ActionReports.Outcome(
                  result.exitCode(),
                  result.tookMillis(),
                  ActionExecution.reason(result, ready.command(), action.cancelledBy())));
        }
      }
    }
  }

  private void end(ToldAction action, RunState state, ActionReports.Outcome outcome) {
    claims.ended(action.key(), state, outcome, action.output().start(), action.output().kept());
    action.ends(state, outcome);
    LOG.info(
        "order {} is {}{}",
        action.key(),
        state.word(),
        outcome.reason().isEmpty() ? "" : ": " + outcome.reason());
    signal.raise();
  }

  private synchronized void over() {
    running--;
    startNext();
    ended.raise();
  }

  /** Raised when there is more to tell than before. */
  Signal signal() {
    return signal;
  }

  /** The server has begun to listen anew. */
  synchronized void again() {
    told.values().forEach(action -> action.again(clock.nanos()));
    signal.raise();
  }

  /** What is to be told now, of at most so many characters; of one order at least. */
  synchronized List<ActionReports.Item> due(int characters) {
    startNext(); // the time of one that waits may be over
    List<ActionReports.Item> items = new ArrayList<>();
    int length = 0;
    for (ToldAction action : told.values()) {
      Long in = action.dueIn(clock.nanos());
      if (in != null && in == 0 && length < characters) {
        ActionReports.Item item = action.item();
        length += item.text().length() + item.key().length();
        items.add(item);
      }
    }
    return items;
  }

  /** When there is something to tell, if nothing else happens; empty for never. */
  synchronized Optional<Duration> dueIn() {
    long now = clock.nanos();
    return Stream.concat(
            told.values().stream()
                .flatMap(action -> Optional.ofNullable(action.dueIn(now)).stream()),
            waiting.values().stream().map(one -> Math.max(0, one.until() - now)))
        .min(Long::compare)
        .map(Duration::ofNanos);
  }

  /** The server has taken these. */
  void told(List<Have> items) {
    List<String> settled = new ArrayList<>();
    synchronized (this) {
      for (Have have : items) {
        ToldAction action = told.get(have.key());
        if (action == null) {
          continue;
        }
        action.told(have, clock.nanos());
        if (have.settled() && action.state().ended()) {
          told.remove(have.key());
          settled.add(have.key());
        }
      }
    }
    settled.forEach(claims::settled);
  }

  /** The server will never take this: it is put aside until the server listens anew. */
  synchronized void refused(ActionReports.Item item, String why) {
    LOG.error("ACTION_REFUSED  what comes of order {} is not taken: {}", item.key(), why);
    ToldAction action = told.get(item.key());
    if (action != null) {
      action.refused();
    }
  }

  /** Kills what runs, and waits a little until that is noted. */
  @Override
  public void close() {
    closed = true;
    long end = clock.nanos() + CLOSE_WAIT.toNanos();
    long left = CLOSE_WAIT.toNanos();
    while (isRunning() && left > 0) {
      clock.await(ended, ended.count(), Duration.ofNanos(Math.min(left, 100_000_000)));
      left = end - clock.nanos();
    }
  }

  private synchronized boolean isRunning() {
    return running > 0;
  }
}
