package dev.pullcord.server.alert;

import dev.pullcord.server.alert.outbox.Outbox;
import dev.pullcord.server.alert.receiver.AlertMessage;
import dev.pullcord.server.store.AlertTable.Story;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Ends what is left of receivers that {@code server.yaml} names no more. Nobody knows their address
 * any more, so they cannot be told; the outbox shows what they were not told, and why.
 */
public final class RetiredReceivers {
  private static final int NAMED_MAX = 10;
  private static final String WHY = "server.yaml names no such receiver any more";

  private RetiredReceivers() {}

  /** Gives up what waits for them, and closes their stories with a last word in the outbox. */
  public static void close(Store store, Set<String> named, Instant now) {
    store.write(tables -> {
      Map<String, List<Story>> open = new TreeMap<>();
      for (Story story : tables.alerts().stories()) {
        if (!named.contains(story.key().receiver())) {
          open.computeIfAbsent(story.key().receiver(), _ -> new ArrayList<>()).add(story);
        }
      }
      open.forEach((receiver, stories) -> lastWord(tables, receiver, stories, now));
      Set<String> waiting = new TreeSet<>(tables.outbox().waiting().keySet());
      waiting.removeAll(named);
      waiting.forEach(receiver -> Outbox.giveUp(tables, receiver, WHY, now));
      return null;
    });
  }

  private static void lastWord(Tables tables, String receiver, List<Story> stories, Instant now) {
    stories.forEach(s -> tables.alerts().remove(s.key()));
    List<String> lines =
        stories.stream()
            .filter(s -> !s.key().event().equals(AlertEvent.DEPLOYMENT_CONVERGED.word()))
            .map(s -> s.key().event() + " of " + s.key().subject())
            .toList();
    if (lines.isEmpty()) {
      return;
    }
    AlertMessage alert =
        new AlertMessage(
            "receiver-retired",
            AlertMessage.State.ENDED,
            receiver + " is told no more; it was not told of the end of " + lines.size(),
            null,
            List.of(),
            lines.stream().limit(NAMED_MAX).toList(),
            "",
            null,
            now);
    Outbox.add(tables, AlertLoop.message(receiver, alert));
  }
}
