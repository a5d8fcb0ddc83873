package dev.pullcord.agent.action;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.report.Reporter;
import dev.pullcord.agent.report.SendTrouble;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.protocol.action.ActionReports;
import dev.pullcord.protocol.action.ActionReports.Taken;
import java.time.Duration;
import java.util.List;

/**
 * Tells the server what comes of its orders, on a thread of its own: what has ended at once, and
 * the output of what goes on four times a second. What it does not get through is told again; what
 * the server will never take is put aside, so that the others get through.
 */
public final class ActionSender implements AutoCloseable {
  private static final Duration IDLE = Duration.ofMinutes(5);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

  private final NodeActions actions;
  private final AgentHttp http;
  private final HostClock clock;
  private final Backoff backoff;
  private final SendTrouble trouble;
  private final Thread thread = LastingThreads.unstarted("actions", this::run);
  private boolean oneByOne;
  private volatile boolean online;
  private volatile boolean closed;

  /** To that server. */
  public ActionSender(NodeActions actions, AgentHttp http, HostClock clock, Backoff backoff) {
    this.actions = actions;
    this.http = http;
    this.clock = clock;
    this.backoff = backoff;
    this.trouble = new SendTrouble("what comes of actions", clock, http::lastContact);
  }

  /** Begins, on a thread of its own; nothing is sent before the first {@link #online}. */
  public void start() {
    thread.start();
  }

  /** The server answers: there is reason to try at once. */
  public void online() {
    online = true;
    actions.again();
  }

  private void run() {
    while (!closed) {
      long seen = actions.signal().count();
      Duration wait = IDLE;
      if (online) {
        List<ActionReports.Item> due = actions.due(oneByOne ? 1 : ActionReports.PIECE_MAX);
        oneByOne = oneByOne && !due.isEmpty();
        boolean sent = due.isEmpty() || send(due);
        wait = sent ? actions.dueIn().orElse(IDLE) : backoff.next(http.retryAfter().left());
      }
      if (!closed && !wait.isZero()) {
        clock.await(actions.signal(), seen, wait);
      }
    }
  }

  private boolean send(List<ActionReports.Item> items) {
    Answer<Taken> answer = http.post("/agent/v1/actions", new ActionReports(items), Taken.class);
    return switch (answer) {
      case Answer.Value<Taken>(Taken taken) -> {
        backoff.reset();
        trouble.taken();
        actions.told(taken.items());
        yield true;
      }
      case Answer.Refused<Taken> no when Reporter.isForGood(no.status()) -> {
        if (items.size() == 1) {
          actions.refused(items.getFirst(), no.problem());
        }
        oneByOne = items.size() > 1;
        yield true;
      }
      case Answer.Refused<Taken> _, Answer.Failed<Taken> _ -> {
        trouble.failed(answer.problem());
        yield false;
      }
    };
  }

  /** Ends the thread; what was not told is told after the next start. */
  @Override
  public void close() {
    closed = true;
    actions.signal().raise();
    try {
      thread.join(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever closes is in a hurry; the thread is a daemon
    }
  }
}
