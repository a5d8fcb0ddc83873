package dev.pullcord.server.fleet;

import dev.pullcord.protocol.report.TroubleStart;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Gives each node the state that follows from what is known of it. A failure that is tried again
 * has lasted since it was first seen. Not safe for threads, as {@link NodeIndex}.
 */
final class NodeJudge {
  private final Instant startedAt;
  private final Map<Long, TroubleStart> troubles = new HashMap<>();

  /**
   * A judge.
   *
   * @param startedAt the server's start: nobody is offline before that and 45 s
   */
  NodeJudge(Instant startedAt) {
    this.startedAt = startedAt;
  }

  NodeRecord judged(NodeRecord record, Instant now) {
    NodeRecord judged = record.judged(startedAt, now);
    Object target = Arrays.asList(judged.decision().commit(), judged.settings().retry());
    return judged.since(
        troubles
            .computeIfAbsent(record.id(), _ -> new TroubleStart())
            .state(judged.state(), target, judged.standing().since()));
  }

  /** The same after time has passed: a silent node loses contact, and that is all. */
  NodeRecord later(NodeRecord record, Instant now) {
    return record.signals().speaks(startedAt, now)
        ? record
        : judged(record.silent(startedAt, now), now);
  }

  void forget(long node) {
    troubles.remove(node);
  }
}
