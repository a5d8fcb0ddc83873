package dev.pullcord.agent.fake;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.KeyTrust;
import dev.pullcord.base.tls.TlsContexts;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The server's end of mutual TLS: shows its key, asks for the client's, takes any. */
final class ServerTls {
  private ServerTls() {}

  static HttpsConfigurator configurator(CertifiedKey key) {
    SSLContext context = context(key);
    return new HttpsConfigurator(context) {
      @Override
      public void configure(HttpsParameters parameters) {
        SSLParameters tls = context.getDefaultSSLParameters();
        tls.setProtocols(new String[] {"TLSv1.3"});
        tls.setWantClientAuth(true);
        parameters.setSSLParameters(tls);
      }
    };
  }

  static SSLContext context(CertifiedKey key) {
    return TlsContexts.showing(key, new Anyone());
  }

  private static final class Anyone extends KeyTrust {
    @Override
    protected void client(X509Certificate shown) {
      // The fake judges the key, request by request.
    }
  }
}
