package dev.pullcord.agent.control;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.loop.AgentCore;
import dev.pullcord.agent.loop.Trigger;
import dev.pullcord.agent.plan.Foreseen;
import dev.pullcord.agent.plan.Outlook;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Answers the requests of the control socket, and follows a pass for those that asked for one. */
final class ControlRequests {
  private static final int PASSES_MAX = 50;
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);
  private static final Duration ALIVE_EVERY = Duration.ofSeconds(1);

  private final AgentCore core;
  private final Runnable ask;
  private final HostClock clock;

  ControlRequests(AgentCore core, Runnable ask, HostClock clock) {
    this.core = core;
    this.ask = ask;
    this.clock = clock;
  }

  void answer(Request request, LocalControl.Replies replies) throws IOException {
    switch (request.verb()) {
      case STATUS -> replies.send(Reply.of(core.status(), ""));
      case LOG -> {
        int passes = Math.clamp(request.count(), 1, PASSES_MAX);
        replies.send(new Reply(true, core.status(), core.transcript(passes), "", null, null));
      }
      case PLAN ->
          replies.send(
              switch (core.foresee(request.commit())) {
                case Foreseen.Would(Outlook plan) ->
                    new Reply(true, core.status(), List.of(), "", null, plan);
                case Foreseen.Not(String why) -> Reply.failed(why);
              });
      case SYNC -> {
        ask.run();
        follow(core.raise(Trigger.OPERATOR), request.count(), "synced", replies);
      }
      case RETRY -> {
        String done = core.retry();
        follow(core.raise(Trigger.OPERATOR), request.count(), done, replies);
      }
    }
  }

  /**
   * Sends each new state until the pass that serves this raise has ended and nothing drains. A
   * client that has gone is noticed within a second or two.
   */
  private void follow(long raise, int secondsMax, String message, LocalControl.Replies replies)
      throws IOException {
    long begun = clock.nanos();
    long most = Duration.ofSeconds(Math.max(1, secondsMax)).toNanos();
    Signal never = new Signal();
    NodeStatus shown = core.status();
    replies.send(Reply.progress(shown));
    long alive = clock.nanos();
    while (!core.served(raise) || core.status().state() == NodeState.APPLYING) {
      if (clock.nanos() - begun > most) {
        replies.send(
            new Reply(true, core.status(), List.of(), "still going on", Reply.OUT_OF_TIME, null));
        return;
      }
      clock.await(never, 0, LOOK_EVERY);
      if (clock.nanos() - alive > ALIVE_EVERY.toNanos()) {
        alive = clock.nanos();
        replies.alive();
      }
      NodeStatus now = core.status();
      if (now.state() != shown.state() || !now.reason().equals(shown.reason())) {
        shown = now;
        replies.send(Reply.progress(shown));
      }
    }
    replies.send(Reply.of(core.status(), message));
  }
}
