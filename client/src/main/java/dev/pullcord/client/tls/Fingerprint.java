package dev.pullcord.client.tls;

import dev.pullcord.base.tls.KeyPin;
import dev.pullcord.protocol.id.Quoted;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A server's key: the SHA-256 of its SubjectPublicKeyInfo. It outlives a renewed certificate.
 *
 * @param hex 64 hex digits, lower case
 */
public record Fingerprint(String hex) {
  private static final Pattern ALPHABET = Pattern.compile("[0-9a-f]{64}");

  /** Reads it as people paste it: with {@code sha256:} before it, colons in it, any case. */
  public static Fingerprint parse(String text) {
    String hex =
        text.strip().toLowerCase(Locale.ROOT).replaceFirst("^sha-?256[:/]", "").replace(":", "");
    if (!ALPHABET.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          Quoted.of(text)
              + " is not a fingerprint: the 64 hex digits that the server printed when"
              + " it was made are expected");
    }
    return new Fingerprint(hex);
  }

  /** The fingerprint of a certificate's key. */
  public static Fingerprint of(X509Certificate certificate) {
    return new Fingerprint(KeyPin.of(certificate));
  }

  @Override
  public String toString() {
    return hex;
  }
}
