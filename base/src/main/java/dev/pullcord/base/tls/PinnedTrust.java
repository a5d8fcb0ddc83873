package dev.pullcord.base.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/**
 * Trusts the server that has one key, and no other. With a wrong key the handshake ends before this
 * side sent its certificate or a byte of a request.
 */
public final class PinnedTrust extends KeyTrust {
  private final String pin;

  /** Trusts the key with this {@link KeyPin}. */
  public PinnedTrust(String pin) {
    this.pin = pin;
  }

  @Override
  protected void server(X509Certificate shown) throws CertificateException {
    String got = KeyPin.of(shown);
    if (!pin.equals(got)) {
      throw new WrongKeyException(pin, got);
    }
  }
}
