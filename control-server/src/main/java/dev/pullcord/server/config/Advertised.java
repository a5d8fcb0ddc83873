package dev.pullcord.server.config;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.server.http.Address;
import java.security.cert.CertificateParsingException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Under which name this server tells others to find it. */
public final class Advertised {
  private Advertised() {}

  /** What was configured; else where the port listens; else the certificate's first real name. */
  public static String host(ServerConfig config, CertifiedKey keys) {
    if (config.names().advertise() != null) {
      return config.names().advertise();
    }
    return config.agents().any() ? firstName(keys) : config.agents().host();
  }

  /** The same for the people's port, unless that one listens somewhere of its own. */
  public static String people(ServerConfig config, String host) {
    Address listen = config.listen();
    return listen.any() || config.names().advertise() != null ? host : listen.host();
  }

  /** All names and addresses by which people may ask for this server. */
  public static List<String> names(
      ServerConfig config, CertifiedKey agents, @Nullable CertifiedKey people) {
    List<String> names = new ArrayList<>(config.names().hosts());
    names.addAll(certified(agents));
    if (people != null) {
      names.addAll(certified(people));
    }
    names.add(config.listen().host());
    if (config.names().advertise() != null) {
      names.add(config.names().advertise());
    }
    return names;
  }

  private static String firstName(CertifiedKey keys) {
    return certified(keys).stream()
        .filter(name -> !new Address(name, 0).loopback())
        .findFirst()
        .orElse("localhost");
  }

  /** The names and addresses in a certificate. */
  public static List<String> certified(CertifiedKey keys) {
    try {
      Collection<List<?>> names = keys.certificate().getSubjectAlternativeNames();
      return names == null ? List.of() : names.stream().map(n -> String.valueOf(n.get(1))).toList();
    } catch (CertificateParsingException _) {
      return List.of();
    }
  }
}
