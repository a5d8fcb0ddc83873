package dev.pullcord.server.alert;

import dev.pullcord.server.alert.receiver.AlertMessage;
import dev.pullcord.server.store.AlertTable.Key;
import dev.pullcord.server.store.AlertTable.Story;
import java.util.List;

/**
 * What is to be told, and what is told by that.
 *
 * @param messages in order
 * @param kept stories that are new or other than before
 * @param closed stories that are over
 */
public record AlertVerdict(List<Addressed> messages, List<Story> kept, List<Key> closed) {
  /** Copies. */
  public AlertVerdict {
    messages = List.copyOf(messages);
    kept = List.copyOf(kept);
    closed = List.copyOf(closed);
  }

  /** A message to one receiver. */
  public record Addressed(String receiver, AlertMessage message) {}

  boolean isEmpty() {
    return messages.isEmpty() && kept.isEmpty() && closed.isEmpty();
  }
}
