package dev.pullcord.server.standby;

import dev.pullcord.base.tls.KeyPin;
import dev.pullcord.base.tls.KeyTrust;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Predicate;

/** Trusts the servers of this database, by the keys of their agents' ports that it has. */
final class ServerTrust extends KeyTrust {
  private final Predicate<String> servers;

  /** Those with these pins. */
  ServerTrust(Predicate<String> servers) {
    this.servers = servers;
  }

  @Override
  protected void server(X509Certificate shown) throws CertificateException {
    String pin = KeyPin.of(shown);
    if (!servers.test(pin)) {
      throw new CertificateException("the key " + pin + " is no server's of this database");
    }
  }
}
