package dev.pullcord.server.alert.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.base.disk.SecretText;
import dev.pullcord.base.http.StandardWebhookSignature;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.outbox.Receiver;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Somebody's own program, told by a signed webhook in the form of Standard Webhooks. */
final class WebhookReceiver implements Receiver {
  private final SecretAddress address;
  private final Path secretFile;
  private final HttpPost http;

  private WebhookReceiver(SecretAddress address, Path secretFile, HttpPost http) {
    this.address = address;
    this.secretFile = secretFile;
    this.http = http;
  }

  /** {@code kind: webhook}. */
  static final class Kind implements ReceiverKind {
    @Override
    public String word() {
      return "webhook";
    }

    @Override
    public Optional<ReceiverSettings> read(Section section) {
      Optional<SecretAddress> address = ReceiverKeys.address(section);
      section.require("secret-file");
      Optional<Path> secret = ReceiverKeys.path(section, "secret-file");
      return address.flatMap(a ->
          secret.map(s ->
              new ReceiverSettings(word(), a.shown(), http -> new WebhookReceiver(a, s, http))));
    }
  }

  /**
   * The body.
   *
   * @param type the name of the event
   * @param timestamp when it was made
   * @param data what there is to say
   */
  private record Payload(String type, Instant timestamp, AlertMessage data) {}

  @Override
  public Delivery deliver(NewMessage message) throws InterruptedException {
    AlertMessage alert = AlertMessage.of(message);
    String body = PullcordJson.write(new Payload(alert.event(), alert.at(), alert));
    Instant now = http.now();
    try {
      String secret = SecretText.read(secretFile, "secret-file");
      URI uri = address.read();
      Map<String, String> headers =
          Map.of(
              StandardWebhookSignature.ID,
              message.messageId(),
              StandardWebhookSignature.TIMESTAMP,
              Long.toString(now.getEpochSecond()),
              StandardWebhookSignature.SIGNATURE,
              new StandardWebhookSignature(secret)
                  .sign(message.messageId(), now, body.getBytes(UTF_8)));
      List<String> secrets = new ArrayList<>(SecretMask.of(uri));
      secrets.add(secret);
      return http.send(new HttpPost.Call(uri, headers, body, address.caFile(), secrets));
    } catch (IOException e) {
      return new Delivery.Later(e.getMessage() + "");
    } catch (IllegalArgumentException e) {
      return new Delivery.Later("secret-file: " + secretFile + ": " + e.getMessage());
    }
  }
}
