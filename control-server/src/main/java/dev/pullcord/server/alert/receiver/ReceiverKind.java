package dev.pullcord.server.alert.receiver;

import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.server.alert.outbox.Receiver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A kind of receivers: the keys that it has in {@code server.yaml}, and how it sends. */
public interface ReceiverKind {
  /** All kinds. */
  List<ReceiverKind> ALL =
      List.of(
          new WebhookReceiver.Kind(),
          new SlackReceiver.Kind(),
          new MattermostReceiver.Kind(),
          new TeamsReceiver.Kind(),
          new EmailReceiver.Kind());

  /** The value of {@code kind}. */
  String word();

  /** Reads its own keys; empty when something is wrong, which is recorded. */
  Optional<ReceiverSettings> read(Section section);

  /** The kinds by word. */
  static Map<String, ReceiverKind> byWord() {
    Map<String, ReceiverKind> kinds = new LinkedHashMap<>();
    ALL.forEach(k -> kinds.put(k.word(), k));
    return kinds;
  }

  /**
   * A receiver as {@code server.yaml} has it.
   *
   * @param kind the word
   * @param target where it is, for people: never a secret
   * @param make makes it
   */
  record ReceiverSettings(String kind, String target, Function<HttpPost, Receiver> make) {}
}
