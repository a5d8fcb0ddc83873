package dev.pullcord.server.security.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS contexts of the two ports. */
public final class TlsContexts {
  private static final char[] NO_PASSWORD = new char[0];

  private TlsContexts() {}

  /**
   * A context that shows these keys. A client certificate is taken whatever it says: only its key
   * counts, TLS has proven that the client has it, and the store's rows say whose it is.
   */
  public static SSLContext of(TlsKeys keys) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "server", keys.privateKey(), NO_PASSWORD, new X509Certificate[] {keys.certificate()});
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), new TrustManager[] {new AnyKey()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use the server's key: " + keys, e);
    }
  }

  private static final class AnyKey extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
      // See TlsContexts.of.
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      // See TlsContexts.of.
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      // See TlsContexts.of.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      throw neverAClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      throw neverAClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      throw neverAClient();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }

    private static IllegalStateException neverAClient() {
      return new IllegalStateException("the server's TLS context connects to nobody");
    }
  }
}
