package dev.pullcord.server.alert.receiver;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.outbox.Receiver;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A channel of Microsoft Teams, by the webhook of a workflow. The text is in runs, of which Teams
 * takes no character for formatting.
 */
final class TeamsReceiver implements Receiver {
  private final SecretAddress address;
  private final HttpPost http;

  private TeamsReceiver(SecretAddress address, HttpPost http) {
    this.address = address;
    this.http = http;
  }

  /** {@code kind: teams}. */
  static final class Kind implements ReceiverKind {
    @Override
    public String word() {
      return "teams";
    }

    @Override
    public Optional<ReceiverSettings> read(Section section) {
      return ReceiverKeys.address(section)
          .map(a -> new ReceiverSettings(word(), a.shown(), http -> new TeamsReceiver(a, http)));
    }
  }

  @Override
  public Delivery deliver(NewMessage message) throws InterruptedException {
    return http.send(address, PullcordJson.write(body(AlertMessage.of(message))));
  }

  private static Map<String, Object> body(AlertMessage alert) {
    List<Object> blocks = new ArrayList<>();
    blocks.add(block(alert.title(), true));
    alert.lines().forEach(l -> blocks.add(block(l, false)));
    if (!alert.next().isEmpty()) {
      blocks.add(block("Next: " + alert.next(), false));
    }
    Map<String, Object> card = new LinkedHashMap<>();
    card.put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
    card.put("type", "AdaptiveCard");
    card.put("version", "1.2");
    card.put("body", blocks);
    if (alert.link() != null) {
      card.put(
          "actions",
          List.of(Map.of("type", "Action.OpenUrl", "title", "Open", "url", alert.link())));
    }
    return Map.of(
        "type",
        "message",
        "attachments",
        List.of(Map.of("contentType", "application/vnd.microsoft.card.adaptive", "content", card)));
  }

  private static Map<String, Object> block(String text, boolean strong) {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("type", "TextRun");
    run.put("text", text);
    if (strong) {
      run.put("weight", "Bolder");
    }
    return Map.of("type", "RichTextBlock", "inlines", List.of(run));
  }
}
