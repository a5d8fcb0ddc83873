package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.HealthCheck;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads where the health of kind {@code http} and {@code tcp} asks. That is the node itself and
 * nothing else: whoever may push should not be able to have every node ask another host.
 */
final class LoopbackReader {
  private static final String HOST = "(?<host>[^/:@?#\\[\\]\\s]*|\\[[^\\]\\s]*\\])";
  private static final Pattern URL =
      Pattern.compile(
          "https?://"
              + HOST
              + "(:(?<port>[0-9]{1,9}))?(/([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?");
  private static final Pattern ADDRESS = Pattern.compile("(" + HOST + ":)?(?<port>[0-9]{1,9})");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})){3}|\\[::1\\]");
  private static final String HERE = "127.0.0.1";
  private static final int PORT_MAX = 65_535;
  private static final int BODY_LENGTH = 4096;

  private LoopbackReader() {}

  /** Of kind http, if its parts are right. */
  static Optional<HealthCheck> http(Section health, Duration timeout) {
    Optional<String> url = health.text("url").flatMap(text -> url(health, text));
    Optional<Long> status = health.integer("status", 100, 599);
    Optional<String> body = health.text("body");
    body.filter(text -> text.isEmpty() || text.length() > BODY_LENGTH)
        .ifPresent(text ->
            health
                .problems()
                .add(
                    "RANGE",
                    health.node("body").orElseThrow(),
                    text.length() + " characters; 1 to " + BODY_LENGTH + " are expected"));
    return url.map(where ->
        new HealthCheck.Http(
            where, status.map(Long::intValue).orElse(null), body.orElse(null), timeout));
  }

  /** Of kind tcp, if its address is right: {@code host:port}, or a port alone. */
  static Optional<HealthCheck> tcp(Section health, Duration timeout) {
    Optional<YamlNode> node = health.node("address");
    if (node.isPresent()
        && node.get() instanceof YamlNode.Scalar scalar
        && scalar.kind() == YamlNode.Scalar.Kind.INTEGER) {
      return health
          .integer("address", 1, PORT_MAX)
          .map(port -> new HealthCheck.Tcp(HERE, port.intValue(), timeout));
    }
    return health.text("address").flatMap(text -> address(health, text, timeout));
  }

  private static Optional<String> url(Section health, String text) {
    Matcher parts = URL.matcher(text);
    if (!parts.matches()) {
      wrong(health, "url", text, "is not an address; one like http://127.0.0.1:8000/healthz is");
      return Optional.empty();
    }
    return isHere(health, "url", parts) ? Optional.of(text) : Optional.empty();
  }

  private static Optional<HealthCheck> address(Section health, String text, Duration timeout) {
    Matcher parts = ADDRESS.matcher(text);
    if (!parts.matches()) {
      wrong(health, "address", text, "is not an address; one like 127.0.0.1:8000, or a port, is");
      return Optional.empty();
    }
    if (!isHere(health, "address", parts)) {
      return Optional.empty();
    }
    String host = parts.group("host");
    int port = Integer.parseInt(parts.group("port"));
    return Optional.of(new HealthCheck.Tcp(host == null ? HERE : host, port, timeout));
  }

  private static boolean isHere(Section health, String key, Matcher parts) {
    String host = parts.group("host");
    if (host != null && !LOOPBACK.matcher(host).matches()) {
      wrong(
          health,
          key,
          host,
          "is not this node; kind: command can ask another host,"
              + " and 127.0.0.1, [::1] or localhost is");
      return false;
    }
    String port = parts.group("port");
    if (port != null && (Long.parseLong(port) < 1 || Long.parseLong(port) > PORT_MAX)) {
      wrong(health, key, port, "is no port; 1 to " + PORT_MAX + " is");
      return false;
    }
    return true;
  }

  private static void wrong(Section health, String key, String value, String what) {
    health
        .problems()
        .add("VALUE", health.node(key).orElseThrow(), Quoted.of(value) + " " + what + " expected");
  }
}
