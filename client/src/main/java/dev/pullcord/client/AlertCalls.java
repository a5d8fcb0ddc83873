package dev.pullcord.client;

import dev.pullcord.protocol.api.AlertsView;

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
    return server.send(
        "POST", null, AlertsView.Test.class, "alerts", "receivers", receiver, "test");
  }

  /** Has a message tried again. */
  public ServerReply<AlertsView.Message> retry(long id) {
    return server.send(
        "POST", null, AlertsView.Message.class, "alerts", "messages", Long.toString(id), "retry");
  }
}
