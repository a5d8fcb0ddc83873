package dev.pullcord.base.tls;

import dev.pullcord.base.text.Sha256;
import java.security.PublicKey;
import java.security.cert.X509Certificate;

/**
 * The pin of a public key: the SHA-256 of its SubjectPublicKeyInfo, 64 hex digits. It stays the
 * same when the certificate around the key is made anew.
 */
public final class KeyPin {
  private KeyPin() {}

  /** The pin of a key. */
  public static String of(PublicKey key) {
    return Sha256.hex(key.getEncoded());
  }

  /** The pin of the key in a certificate. */
  public static String of(X509Certificate certificate) {
    return of(certificate.getPublicKey());
  }
}
