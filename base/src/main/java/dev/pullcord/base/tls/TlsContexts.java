package dev.pullcord.base.tls;

import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Makes TLS contexts of a key and of whom it trusts. */
public final class TlsContexts {
  private TlsContexts() {}

  /** A client that shows no certificate. */
  public static SSLContext client(TrustManager trust) {
    return context("TLS", null, trust);
  }

  /** Shows this key, as client or as server. */
  public static SSLContext showing(CertifiedKey key, TrustManager trust) {
    return context("TLSv1.3", new KeyManager[] {new OneKey(key)}, trust);
  }

  private static SSLContext context(
      String protocol, KeyManager @Nullable [] keys, TrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance(protocol);
      context.init(keys, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has TLS 1.3", e);
    }
  }
}
