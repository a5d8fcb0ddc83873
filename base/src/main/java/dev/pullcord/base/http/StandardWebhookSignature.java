package dev.pullcord.base.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs a webhook, and checks the signature of one, in the form of Standard Webhooks: HMAC-SHA256
 * over {@code ID.SECONDS.BODY}, in the header {@code webhook-signature} as {@code v1,BASE64}.
 */
public final class StandardWebhookSignature {
  /** The header with the id of a message; each try to deliver it has the same. */
  public static final String ID = "webhook-id";

  /** The header with the time of the try, in seconds since 1970. */
  public static final String TIMESTAMP = "webhook-timestamp";

  /** The header with one signature or several, with a space between. */
  public static final String SIGNATURE = "webhook-signature";

  /** A message that was signed longer ago, or so far in the future, is refused. */
  public static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final String ALGORITHM = "HmacSHA256";
  private static final String PREFIX = "whsec_";
  private static final String VERSION = "v1,";
  private static final int SIGNATURES_MAX = 10;

  private final SecretKeySpec key;

  /**
   * With that secret.
   *
   * @param secret {@code whsec_} and the key in base64; or any other text, which is the key as it
   *     is
   * @throws IllegalArgumentException when there is none, or it is no base64 after {@code whsec_}
   */
  public StandardWebhookSignature(String secret) {
    this.key = new SecretKeySpec(key(secret), ALGORITHM);
  }

  private static byte[] key(String secret) {
    if (!secret.startsWith(PREFIX)) {
      return secret.getBytes(UTF_8);
    }
    try {
      return Base64.getDecoder().decode(secret.substring(PREFIX.length()));
    } catch (IllegalArgumentException e) {
      // The text of the cause has characters of the secret.
      throw new IllegalArgumentException("base64 expected after " + PREFIX);
    }
  }

  /** What the header {@link #SIGNATURE} has. */
  public String sign(String id, Instant at, byte[] body) {
    return VERSION + Base64.getEncoder().encodeToString(mac(id, at.getEpochSecond(), body));
  }

  /**
   * Whether one of the signatures is of that message; the time it takes does not depend on which
   * bytes differ. Whether the message is too old is {@link #recent} to say.
   */
  public boolean verify(String id, long seconds, byte[] body, String signatures) {
    byte[] expected = mac(id, seconds, body);
    return Arrays.stream(signatures.split(" ", SIGNATURES_MAX))
        .filter(s -> s.startsWith(VERSION))
        .map(s -> decoded(s.substring(VERSION.length())))
        // Every signature is looked at, so that nobody can count them by the time.
        .reduce(false, (found, s) -> found | MessageDigest.isEqual(expected, s), (a, b) -> a | b);
  }

  /** Whether that time is near enough to now. */
  public static boolean recent(long seconds, Instant now) {
    long off = now.getEpochSecond() - seconds;
    return off <= TOLERANCE.toSeconds() && off >= -TOLERANCE.toSeconds();
  }

  private static byte[] decoded(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException _) {
      return new byte[0];
    }
  }

  private byte[] mac(String id, long seconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((id + "." + seconds + ".").getBytes(UTF_8));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " belongs to every Java runtime", e);
    }
  }
}
