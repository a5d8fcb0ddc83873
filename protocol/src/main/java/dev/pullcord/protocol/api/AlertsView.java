package dev.pullcord.protocol.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/alerts}: who is told, and what waits to be told or was.
 *
 * @param receivers in the order of {@code server.yaml}
 * @param messages the newest first
 */
public record AlertsView(List<Receiver> receivers, List<Message> messages) {
  /** Copies. */
  public AlertsView {
    receivers = List.copyOf(receivers);
    messages = List.copyOf(messages);
  }

  /**
   * Somebody who is told.
   *
   * @param name his name in {@code server.yaml}
   * @param kind {@code slack}, {@code email}, …
   * @param target where he is; never a secret
   * @param waiting how many messages wait for him
   */
  public record Receiver(String name, String kind, String target, int waiting) {}

  /**
   * A message.
   *
   * @param id counts up
   * @param receiver whom it is for
   * @param event what it is about
   * @param title its first line
   * @param state whether it waits
   * @param createdAt when it was made
   * @param tries how often it was tried
   * @param problem what the last try failed of, or whom of several it did not reach; empty for
   *     nothing
   * @param nextAt when it is tried next; null when it is not
   * @param endedAt when it was delivered or given up; null while it waits
   */
  public record Message(
      long id,
      String receiver,
      String event,
      String title,
      @OneOf({"waiting", "delivered", "given-up"}) String state,
      Instant createdAt,
      int tries,
      String problem,
      @Nullable Instant nextAt,
      @Nullable Instant endedAt) {}

  /**
   * {@code POST /api/v1/alerts/receivers/{name}/test}.
   *
   * @param receiver who was told
   * @param delivered whether he took it
   * @param problem why not, or whom of several it did not reach; empty when all is well
   */
  public record Test(String receiver, boolean delivered, String problem) {}
}
