package dev.pullcord.server.security.tls;

import dev.pullcord.base.tls.KeyTrust;
import java.security.cert.X509Certificate;

/**
 * Takes a client's certificate whatever it says. Only its key counts: TLS has proven that the
 * client has it, and the rows of the store say whose it is.
 */
public final class AnyClientKey extends KeyTrust {
  @Override
  protected void client(X509Certificate shown) {
    // NodeAccess judges the key, request by request.
  }
}
