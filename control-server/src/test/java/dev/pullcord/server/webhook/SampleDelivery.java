package dev.pullcord.server.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as its host documents it: the first line of its file says what becomes of it, then
 * come headers with holes for what the secret makes, an empty line, and the body.
 */
record SampleDelivery(String name, String expected, Map<String, String> headers, byte[] body) {
  private static final Path GOOD =
      Path.of(System.getProperty("pullcord.root"))
          .resolve("control-server/src/test/resources/dev/pullcord/server/webhook/good");

  SampleDelivery {
    headers = new LinkedHashMap<>(headers);
  }

  static List<String> names() {
    try (Stream<Path> files = Files.list(GOOD)) {
      return files.map(f -> f.getFileName().toString().replace(".http", "")).sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static SampleDelivery read(String name) throws IOException {
    String text = Files.readString(GOOD.resolve(name + ".http"));
    int end = text.indexOf("\n\n");
    List<String> head = text.substring(0, end).lines().toList();
    Map<String, String> headers = new LinkedHashMap<>();
    head.stream()
        .skip(1)
        .forEach(line -> {
          int colon = line.indexOf(": ");
          headers.put(line.substring(0, colon), line.substring(colon + 2));
        });
    byte[] body = text.substring(end + 2).strip().getBytes(UTF_8);
    return new SampleDelivery(name, head.getFirst(), headers, body);
  }

  /** One of its headers. */
  String header(String header) {
    return Objects.requireNonNull(headers.get(header), header);
  }

  /** The same with its holes filled. */
  SampleDelivery signed(String secret, Instant now) {
    long seconds = now.getEpochSecond();
    String id = headers.getOrDefault("webhook-id", "");
    byte[] key =
        secret.startsWith("whsec_")
            ? Base64.getDecoder().decode(secret.substring(6))
            : secret.getBytes(UTF_8);
    byte[] signed = concat((id + "." + seconds + ".").getBytes(UTF_8), body);
    String standard = "v1," + Base64.getEncoder().encodeToString(hmac(key, signed));
    String hex = HexFormat.of().formatHex(hmac(secret.getBytes(UTF_8), body));
    Map<String, String> filled = new LinkedHashMap<>();
    headers.forEach((key1, value) ->
        filled.put(
            key1,
            value
                .replace("{hmac}", hex)
                .replace("{standard}", standard)
                .replace("{seconds}", String.valueOf(seconds))
                .replace("{secret}", secret)));
    return new SampleDelivery(name, expected, filled, body);
  }

  /** The same with a header changed, or without it. */
  SampleDelivery with(String header, @Nullable String value) {
    Map<String, String> changed = new LinkedHashMap<>(headers);
    changed.remove(header);
    if (value != null) {
      changed.put(header, value);
    }
    return new SampleDelivery(name, expected, changed, body);
  }

  /** The same with another body, which is not signed anew. */
  SampleDelivery body(byte[] other) {
    return new SampleDelivery(name, expected, headers, other);
  }

  /** The same with a part of the body replaced. */
  SampleDelivery replacing(String text, String by) {
    return body(new String(body, UTF_8).replace(text, by).getBytes(UTF_8));
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = new byte[one.length + other.length];
    System.arraycopy(one, 0, both, 0, one.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static byte[] hmac(byte[] key, byte[] text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
