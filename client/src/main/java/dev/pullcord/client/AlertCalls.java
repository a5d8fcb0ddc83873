package dev.pullcord.client;

import dev.pullcord.protocol.api.AlertsView;
import java.util.Map;

/**
 * Who is told outside of what happens.
 *
 * @param server asked
 */
public record AlertCalls(ServerClient server) {
  /** The receivers, and the newest messages. */
  public ServerReply<AlertsView> alerts() {
    return server.get(AlertsView.class, "alerts");
  }

  /** Sends a receiver a test message. */
  public ServerReply<AlertsView.Test> test(String receiver) {
    return post(AlertsView.Test.class, "alerts", "receivers", receiver, "test");
  }

  /** Has a message tried again. */
  public ServerReply<AlertsView.Message> retry(long id) {
    return post(AlertsView.Message.class, "alerts", "messages", Long.toString(id), "retry");
  }

  private <T> ServerReply<T> post(Class<T> type, String... path) {
    return server.http.send(
        "POST", null, server.http.request(Map.of(), path), text -> ApiCalls.read(type, text));
  }
}
