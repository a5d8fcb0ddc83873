package dev.pullcord.server.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.server.refusal.BodyException;
import dev.pullcord.server.refusal.Refusal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Reads the body of a delivery, once it is known who sent it. */
final class DeliveryBody {
  private static final String JSON = "application/json";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String PAYLOAD = "payload=";

  private DeliveryBody() {}

  /**
   * The JSON object that it is.
   *
   * @param asForm whether JSON may come inside of a form
   */
  static JsonNode read(WebhookRequest request, boolean asForm) {
    String type = request.header("Content-Type").orElse("none").toLowerCase(Locale.ROOT);
    String media = type.replaceFirst(";.*", "").strip();
    boolean utf8 = !type.contains("charset") || type.matches(".*;\\s*charset=\"?utf-8\"?.*");
    if (!utf8 || (!media.equals(JSON) && !(asForm && media.equals(FORM)))) {
      throw new BodyException(
          415,
          "MEDIA_TYPE",
          Quoted.of(type) + "; " + JSON + " in UTF-8 expected: choose it at the git host",
          "Content-Type");
    }
    try {
      JsonNode body =
          PullcordJson.read(media.equals(FORM) ? payload(request) : request.body(), JsonNode.class);
      if (body.isObject()) {
        return body;
      }
    } catch (JsonProcessingException _) {
      // Said below; the text of the cause has parts of the body.
    }
    throw new Refusal(
        Refusal.Kind.MALFORMED, "MALFORMED", "the body is no JSON object in UTF-8", null);
  }

  private static byte[] payload(WebhookRequest request) {
    String form = new String(request.body(), StandardCharsets.US_ASCII);
    try {
      return Arrays.stream(form.split("&", -1))
          .filter(part -> part.startsWith(PAYLOAD))
          .findFirst()
          .map(part -> URLDecoder.decode(part.substring(PAYLOAD.length()), UTF_8).getBytes(UTF_8))
          .orElse(new byte[0]);
    } catch (IllegalArgumentException _) {
      return new byte[0];
    }
  }
}
