package dev.pullcord.server.alert.receiver;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.outbox.Receiver;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Posts to a channel of Mattermost, by its incoming webhook. Mattermost formats every text as
 * Markdown and cannot be asked not to, so that each character with a meaning gets a backslash.
 */
final class MattermostReceiver implements Receiver {
  private static final Pattern MARKDOWN = Pattern.compile("[\\\\`*_\\[\\](){}#~|>!+-]");

  /** What begins a mention, a link in Slack's way, or the name of a picture, {@code :name:}. */
  private static final Pattern CALLS = Pattern.compile("[@<]|:(?=[\\w+-]+:)");

  private final SecretAddress address;
  private final HttpPost http;

  private MattermostReceiver(SecretAddress address, HttpPost http) {
    this.address = address;
    this.http = http;
  }

  /** {@code kind: mattermost}. */
  static final class Kind implements ReceiverKind {
    @Override
    public String word() {
      return "mattermost";
    }

    @Override
    public Optional<ReceiverSettings> read(Section section) {
      return ReceiverKeys.address(section)
          .map(a ->
              new ReceiverSettings(word(), a.shown(), http -> new MattermostReceiver(a, http)));
    }
  }

  @Override
  public Delivery deliver(NewMessage message) throws InterruptedException {
    String text = AlertMessage.of(message).text(MattermostReceiver::escaped);
    return http.send(address, PullcordJson.write(Map.of("text", text)));
  }

  private static String escaped(String text) {
    String quiet = CALLS.matcher(text).replaceAll("$0" + SlackReceiver.ZERO_WIDTH_SPACE);
    return MARKDOWN.matcher(quiet).replaceAll("\\\\$0");
  }
}
