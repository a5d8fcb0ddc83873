package dev.pullcord.server.alert;

import dev.pullcord.server.store.AlertTable.Key;
import dev.pullcord.server.store.AlertTable.Story;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Works out what each receiver is told, from what is so, what it was told before, and the clock. A
 * pure function: after a kill the same question has the same answer.
 */
public final class AlertJudge {
  private final List<AlertRule> rules;

  /** By those rules. */
  public AlertJudge(List<AlertRule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * What is to be told now.
   *
   * @param stories what was told of and is not over
   * @param known since when each receiver is known; what happened before is no news for it
   */
  public AlertVerdict decide(
      AlertFacts facts, List<Story> stories, Map<String, Instant> known, Instant now) {
    AlertFacts.Look look = facts.look();
    List<AlertVerdict.Addressed> messages = new ArrayList<>();
    List<Story> kept = new ArrayList<>();
    List<Key> closed = new ArrayList<>();
    new TreeMap<>(known)
        .forEach((receiver, since) -> {
          List<AlertRule> its =
              rules.stream().filter(r -> r.receivers().contains(receiver)).toList();
          List<Story> told =
              stories.stream().filter(s -> s.key().receiver().equals(receiver)).toList();
          AlertVerdict verdict =
              new ReceiverTurn(new ReceiverTurn.Known(receiver, since, its), facts, now)
                  .decide(look, told);
          messages.addAll(verdict.messages());
          kept.addAll(verdict.kept());
          closed.addAll(verdict.closed());
        });
    return new AlertVerdict(messages, kept, closed);
  }
}
