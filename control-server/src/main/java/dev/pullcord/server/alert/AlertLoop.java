package dev.pullcord.server.alert;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.alert.outbox.Outbox;
import dev.pullcord.server.alert.receiver.AlertMessage;
import dev.pullcord.server.store.AlertTable.Story;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Compares what is so with what was told, again and again. The messages and the stories that they
 * open or close are one transaction, so that a kill loses neither and makes none twice.
 */
public final class AlertLoop {
  private final Store store;
  private final InstantSource clock;
  private final AlertFacts facts;
  private final AlertJudge judge;
  private final Runnable wake;
  private final Map<String, Instant> known;

  /**
   * A loop; it does nothing by itself.
   *
   * @param receivers all of them, by name
   * @param wake called when there is something to send
   */
  public AlertLoop(
      Store store,
      InstantSource clock,
      AlertFacts facts,
      AlertJudge judge,
      Collection<String> receivers,
      Runnable wake) {
    this.store = store;
    this.clock = clock;
    this.facts = facts;
    this.judge = judge;
    this.wake = wake;
    Instant now = clock.instant();
    Set<String> names = Set.copyOf(receivers);
    this.known =
        store.write(tables -> {
          Map<String, Instant> since = new LinkedHashMap<>();
          names.forEach(n -> since.put(n, tables.alerts().since(n, now)));
          return since;
        });
  }

  /** Looks once. */
  public void look() {
    List<Story> stories = store.read(tables -> tables.alerts().stories());
    Instant now = clock.instant();
    known.replaceAll((_, since) -> since.isAfter(now) ? now : since); // the clock was set back
    AlertVerdict verdict = judge.decide(facts, stories, known, now);
    if (verdict.isEmpty()) {
      return;
    }
    store.write(tables -> {
      keep(tables, verdict);
      return null;
    });
    if (!verdict.messages().isEmpty()) {
      wake.run();
    }
  }

  private static void keep(Tables tables, AlertVerdict verdict) {
    verdict.closed().forEach(tables.alerts()::remove);
    verdict.kept().forEach(tables.alerts()::put);
    verdict.messages().forEach(m -> Outbox.add(tables, message(m.receiver(), m.message())));
  }

  /** An alert as it waits in the outbox. */
  static NewMessage message(String receiver, AlertMessage alert) {
    return new NewMessage(
        "msg_" + UUID.randomUUID(),
        receiver,
        alert.event(),
        null,
        alert.title(),
        PullcordJson.write(alert),
        alert.at());
  }
}
