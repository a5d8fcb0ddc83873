package dev.pullcord.agent.decision;

import dev.pullcord.base.host.Signal;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Tells a long step whether to stop: because the agent ends, or something newer was decided. */
public final class Interruptions {
  private final DecisionSource decisions;
  private final Signal signal = new Signal();
  private final AtomicReference<String> next = new AtomicReference<>("by the clock");
  private String why = "by the clock";
  private final LongAdder turns = new LongAdder();
  private volatile boolean stopping;
  private volatile long seen;
  private volatile boolean retryAsked;

  /** Of passes that act on these. */
  public Interruptions(DecisionSource decisions) {
    this.decisions = decisions;
  }

  /** Why the next pass runs, for the log alone. */
  public void wokenBy(String why) {
    next.set(why);
  }

  /** Why this pass runs. */
  public String wokenBy() {
    return why;
  }

  /** The loop does something; a step that takes long looks around here now and then. */
  public void turned() {
    turns.increment();
  }

  /** Counts up as long as the loop does something. */
  public long turns() {
    return turns.sum();
  }

  /** Raised by every trigger. */
  public Signal signal() {
    return signal;
  }

  /**
   * A pass begins: what is raised from now on is not known to it.
   *
   * @return what it acts on; null while nothing was ever decided
   */
  public @Nullable Decision passBegins() {
    seen = signal.count();
    why = next.getAndSet("by the clock");
    return decisions.current().orElse(null);
  }

  /** The count of the signal when the pass began. */
  public long seen() {
    return seen;
  }

  /** The agent ends. */
  public void stop() {
    stopping = true;
    signal.raise();
  }

  /** Whether it does. */
  public boolean stopping() {
    return stopping;
  }

  /** An operator wants what failed tried again. */
  public void askRetry() {
    retryAsked = true;
    signal.raise();
  }

  /**
   * Does what an operator's retry asks for. It stays asked for until that is done.
   *
   * @return whether it was asked for
   */
  public boolean serveRetry(Runnable retry) {
    if (!retryAsked) {
      return false;
    }
    retry.run();
    retryAsked = false;
    return true;
  }

  /** Whether a pass that acts on this decision should make room for the next one. */
  public boolean overtakes(@Nullable Decision decision) {
    turned();
    return stopping
        || retryAsked
        || !essence(decision).equals(essence(decisions.current().orElse(null)));
  }

  /** Without the revision: it also counts what concerns others. */
  private static List<@Nullable Object> essence(@Nullable Decision decision) {
    return decision == null
        ? List.of()
        : Arrays.asList(
            decision.commit(),
            decision.ref(),
            decision.deployment(),
            decision.retry(),
            decision.labels(),
            decision.orders(),
            decision.stage());
  }
}
