package dev.pullcord.server.alert.receiver;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.outbox.Receiver;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import java.util.Map;
import java.util.Optional;

/** Posts to a channel of Slack or Rocket.Chat, by its incoming webhook. */
final class SlackReceiver implements Receiver {
  /** Nothing is seen of it; behind an at-sign it keeps a chat from calling everybody. */
  static final String ZERO_WIDTH_SPACE = "\u200b";

  private final SecretAddress address;
  private final HttpPost http;

  private SlackReceiver(SecretAddress address, HttpPost http) {
    this.address = address;
    this.http = http;
  }

  /** {@code kind: slack}. */
  static final class Kind implements ReceiverKind {
    @Override
    public String word() {
      return "slack";
    }

    @Override
    public Optional<ReceiverSettings> read(Section section) {
      return ReceiverKeys.address(section)
          .map(a -> new ReceiverSettings(word(), a.shown(), http -> new SlackReceiver(a, http)));
    }
  }

  @Override
  public Delivery deliver(NewMessage message) throws InterruptedException {
    String text = AlertMessage.of(message).text(SlackReceiver::escaped);
    return http.send(address, PullcordJson.write(Map.of("text", text, "mrkdwn", false)));
  }

  /** As Slack wants it; no text that somebody wrote becomes a link or calls people. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("@", "@" + ZERO_WIDTH_SPACE);
  }
}
