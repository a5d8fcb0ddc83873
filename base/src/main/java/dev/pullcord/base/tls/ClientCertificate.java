package dev.pullcord.base.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows the client certificate, if there is one, and remembers whether the host asked for one. With
 * TLS 1.3 a refusal comes after the handshake, and a connection that breaks may be all of it.
 */
public final class ClientCertificate extends X509ExtendedKeyManager {
  private final @Nullable X509KeyManager keys;
  private volatile boolean asked;
  private volatile boolean answered;

  private ClientCertificate(@Nullable X509KeyManager keys) {
    this.keys = keys;
  }

  /** There is none. */
  public static ClientCertificate none() {
    return new ClientCertificate(null);
  }

  /** The one of these keys. */
  public static ClientCertificate of(KeyManager[] managers) {
    for (KeyManager manager : managers) {
      if (manager instanceof X509KeyManager keys) {
        return new ClientCertificate(keys);
      }
    }
    throw new IllegalStateException("every Java runtime has X.509 keys");
  }

  /** Whether the host asked for one, and has not answered any request since. */
  public boolean undecided() {
    return asked && !answered;
  }

  /** The host has answered: it has taken what it was shown. */
  public void answered() {
    answered = true;
  }

  /** Whether it was shown one, provided that it asked. */
  public boolean present() {
    return keys != null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
    asked = true;
    // Not by the host's list of issuers: it says itself whom it refuses.
    return keys == null ? null : keys.chooseClientAlias(types, null, socket);
  }

  @Override
  public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
    return keys == null ? null : keys.getClientAliases(type, issuers);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return keys == null ? null : keys.getCertificateChain(alias);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return keys == null ? null : keys.getPrivateKey(alias);
  }

  @Override
  public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
