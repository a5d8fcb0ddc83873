package dev.pullcord.server;

import dev.pullcord.server.http.Address;
import dev.pullcord.server.security.TlsKeys;
import java.security.cert.CertificateParsingException;
import java.util.Collection;
import java.util.List;

/** Under which name this server tells others to find it. */
final class Advertised {
  private Advertised() {}

  /** What was configured; else where the port listens; else the certificate's first real name. */
  static String host(ServerConfig config, TlsKeys keys) {
    if (config.advertise() != null) {
      return config.advertise();
    }
    return config.agents().any() ? firstName(keys) : config.agents().host();
  }

  /** The same for the people's port, unless that one listens somewhere of its own. */
  static String people(ServerConfig config, String host) {
    Address listen = config.listen();
    return listen.any() || config.advertise() != null ? host : listen.host();
  }

  private static String firstName(TlsKeys keys) {
    try {
      Collection<List<?>> names = keys.certificate().getSubjectAlternativeNames();
      return names == null
          ? "localhost"
          : names.stream()
              .map(n -> String.valueOf(n.get(1)))
              .filter(n -> !n.equals("localhost") && !n.startsWith("127.") && !isLoopback6(n))
              .findFirst()
              .orElse("localhost");
    } catch (CertificateParsingException _) {
      return "localhost";
    }
  }

  private static boolean isLoopback6(String name) {
    return name.equals("::1") || name.equals("0:0:0:0:0:0:0:1");
  }
}
