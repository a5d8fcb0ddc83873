package dev.pullcord.server.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.base.http.StandardWebhookSignature;
import dev.pullcord.server.refusal.Refusal;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks that a host knows the secret of a webhook, in the way of that host. Everything is compared
 * in constant time, over the bytes of the body as they came; nothing of the body is parsed before.
 */
sealed interface SenderProof {
  /**
   * Lets nobody pass who does not know the secret.
   *
   * @throws Refusal 401 {@code WEBHOOK_UNSIGNED}, {@code WEBHOOK_SIGNATURE}, {@code WEBHOOK_OLD}
   */
  void check(WebhookRequest request, String secret, Instant now);

  /**
   * HMAC-SHA256 of the body, in hexadecimal.
   *
   * @param headers the first of them that is there counts
   * @param prefix what stands before the digits; where it may be missing, it is left out here
   */
  record HexHmac(List<String> headers, String prefix) implements SenderProof {
    private static final String ALGORITHM = "HmacSHA256";

    @Override
    public void check(WebhookRequest request, String secret, Instant now) {
      String sent = request.header(headers).orElseThrow(() -> unsigned(headers.getFirst()));
      byte[] expected = mac(secret, request.body());
      if (!sent.startsWith(prefix)
          || !MessageDigest.isEqual(expected, bytes(sent.substring(prefix.length())))) {
        throw wrong();
      }
    }

    /** Every host writes small letters; nothing else is a signature. */
    private static byte[] bytes(String hex) {
      try {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return HexFormat.of().formatHex(bytes).equals(hex) ? bytes : new byte[0];
      } catch (IllegalArgumentException _) {
        return new byte[0];
      }
    }

    private static byte[] mac(String secret, byte[] body) {
      try {
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM));
        return mac.doFinal(body);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(ALGORITHM + " belongs to every Java runtime", e);
      }
    }
  }

  /** The signature of Standard Webhooks. */
  record Standard() implements SenderProof {
    @Override
    public void check(WebhookRequest request, String secret, Instant now) {
      String id = needed(request, StandardWebhookSignature.ID);
      String signatures = needed(request, StandardWebhookSignature.SIGNATURE);
      long seconds = seconds(needed(request, StandardWebhookSignature.TIMESTAMP));
      if (!signature(secret).verify(id, seconds, request.body(), signatures)) {
        throw wrong();
      }
      if (!StandardWebhookSignature.recent(seconds, now)) {
        throw new Refusal(
            Refusal.Kind.UNAUTHENTICATED,
            "WEBHOOK_OLD",
            "signed at "
                + Instant.ofEpochSecond(Math.clamp(seconds, 0, Integer.MAX_VALUE))
                + "; within "
                + StandardWebhookSignature.TOLERANCE.toMinutes()
                + " minutes of now expected: send it anew, and look at the clocks of both",
            StandardWebhookSignature.TIMESTAMP);
      }
    }

    private static StandardWebhookSignature signature(String secret) {
      try {
        return new StandardWebhookSignature(secret);
      } catch (IllegalArgumentException e) {
        throw SecretTrouble.refusal("upstream.webhook.secret-file: " + e.getMessage());
      }
    }

    private static String needed(WebhookRequest request, String header) {
      return request.header(header).orElseThrow(() -> unsigned(header));
    }

    private static long seconds(String text) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException _) {
        throw wrong();
      }
    }
  }

  /**
   * What GitLab does: it sends the secret itself, or signs where it has a signing token. A secret
   * that is a signing token is not taken in the clear.
   */
  record TokenOrStandard(String header) implements SenderProof {
    private static final String SIGNING = "whsec_";

    @Override
    public void check(WebhookRequest request, String secret, Instant now) {
      boolean signed = request.header(StandardWebhookSignature.SIGNATURE).isPresent();
      if (secret.startsWith(SIGNING) || (signed && request.header(header).isEmpty())) {
        new Standard().check(request, secret, now);
        return;
      }
      String sent = request.header(header).orElseThrow(() -> unsigned(header));
      if (!MessageDigest.isEqual(secret.getBytes(UTF_8), sent.getBytes(UTF_8))) {
        throw wrong();
      }
    }
  }

  private static Refusal unsigned(String header) {
    return new Refusal(
        Refusal.Kind.UNAUTHENTICATED,
        "WEBHOOK_UNSIGNED",
        "the header " + header + " is missing; enter the webhook's secret at the git host",
        header);
  }

  private static Refusal wrong() {
    return new Refusal(
        Refusal.Kind.UNAUTHENTICATED,
        "WEBHOOK_SIGNATURE",
        "it is not signed with the secret that this server has; enter the same at the git host and"
            + " in the file that upstream.webhook.secret-file names",
        null);
  }
}
