package dev.pullcord.server.security.tls;

import dev.pullcord.base.tls.KeyPin;
import dev.pullcord.base.tls.KeyTrust;
import dev.pullcord.base.tls.TlsContexts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLSocket;

/** Looks at which key a port shows, and sends nothing to it. */
public final class ShownKey {
  private ShownKey() {}

  /** The pin of the key. */
  public static String at(InetSocketAddress address, Duration limit) throws IOException {
    int millis = Math.toIntExact(limit.toMillis());
    try (Socket plain = new Socket()) {
      plain.connect(address, millis);
      plain.setSoTimeout(millis);
      try (SSLSocket socket =
          (SSLSocket)
              TlsContexts.client(new Looking())
                  .getSocketFactory()
                  .createSocket(plain, address.getHostString(), address.getPort(), true)) {
        socket.startHandshake();
        return KeyPin.of((X509Certificate) socket.getSession().getPeerCertificates()[0]);
      }
    }
  }

  /** Takes any key: it is compared afterwards. */
  private static final class Looking extends KeyTrust {
    @Override
    protected void server(X509Certificate shown) {
      // See ShownKey.
    }
  }
}
