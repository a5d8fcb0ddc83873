package dev.pullcord.git.remote.access;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.util.Locale;
import java.util.Map;

/**
 * Through which proxy an address is reached: {@code HTTPS_PROXY} and {@code NO_PROXY} of the
 * environment, in small letters too, as curl and git have it.
 */
public final class ProxyChoice {
  private static final int PORT = 80;
  private static final int HTTPS = 443;

  private final Map<String, String> environment;

  /** By that environment. */
  public ProxyChoice(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** The proxy of that address; {@link Proxy#NO_PROXY} for none. */
  public Proxy of(URL url) throws RemoteFault {
    String proxy = variable("HTTPS_PROXY");
    int port = url.getPort() < 0 ? HTTPS : url.getPort();
    if (proxy.isEmpty() || excepted(url.getHost().toLowerCase(Locale.ROOT), port)) {
      return Proxy.NO_PROXY;
    }
    URI uri;
    try {
      uri = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
    } catch (IllegalArgumentException _) {
      throw wrong("is no address");
    }
    if (uri.getRawUserInfo() != null) {
      throw wrong("has a user or password, which Pullcord does not send");
    }
    if (uri.getHost() == null || !"http".equals(uri.getScheme())) {
      throw wrong("is not of the form http://HOST:PORT");
    }
    int at = uri.getPort() < 0 ? PORT : uri.getPort();
    return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(uri.getHost(), at));
  }

  private static RemoteFault wrong(String what) {
    return RemoteFault.refused("UPSTREAM_PROXY  HTTPS_PROXY " + what);
  }

  private boolean excepted(String host, int port) {
    for (String entry : variable("NO_PROXY").toLowerCase(Locale.ROOT).split("[,\\s]+")) {
      String name = entry.replaceFirst(":[0-9]+$", "");
      boolean itsPort = name.equals(entry) || entry.endsWith(":" + port);
      String domain = name.startsWith(".") ? name.substring(1) : name;
      if (entry.equals("*")
          || (itsPort
              && !domain.isEmpty()
              && (host.equals(domain) || host.endsWith("." + domain)))) {
        return true;
      }
    }
    return false;
  }

  private String variable(String name) {
    String small = environment.get(name.toLowerCase(Locale.ROOT));
    return (small == null ? environment.getOrDefault(name, "") : small).strip();
  }
}
