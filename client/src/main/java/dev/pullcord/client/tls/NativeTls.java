package dev.pullcord.client.tls;

import dev.pullcord.base.tls.TlsContexts;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.conscrypt.Conscrypt;

/**
 * TLS by BoringSSL, through Conscrypt. A command lives for a moment: with Java's own TLS a third of
 * its CPU went into one handshake (docs/decisions/0084). Where the library cannot be loaded, as on
 * a machine of another kind or where no program may be run from the temporary directory, Java's own
 * does the same.
 */
public final class NativeTls {
  private NativeTls() {}

  /** A client that shows no certificate, and judges the server by that trust. */
  public static SSLContext client(TrustManager trust) {
    if (!Conscrypt.isAvailable()) {
      return TlsContexts.client(trust);
    }
    try {
      SSLContext context =
          SSLContext.getInstance(
              "TLS", Conscrypt.newProviderBuilder().provideTrustManager(false).build());
      context.init(null, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      return TlsContexts.client(trust);
    }
  }
}
