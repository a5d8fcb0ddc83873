package dev.pullcord.server.dashboard.alert;

import dev.pullcord.protocol.api.AlertsView.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One thing that was told, to whomever: it is said once, with what came of it at each receiver.
 *
 * @param messages one for each receiver, the newest first
 */
record OutboxLine(List<Message> messages) {
  OutboxLine {
    messages = List.copyOf(messages);
  }

  private record Key(Instant at, String event, String title) {}

  /** Those of one moment with one text are one. */
  static List<OutboxLine> of(List<Message> newestFirst) {
    Map<Key, List<Message>> lines = new LinkedHashMap<>();
    for (Message message : newestFirst) {
      Key key = new Key(message.createdAt(), message.event(), message.title());
      lines.computeIfAbsent(key, _ -> new ArrayList<>()).add(message);
    }
    return lines.values().stream().map(OutboxLine::new).toList();
  }

  Message first() {
    return messages.getFirst();
  }
}
