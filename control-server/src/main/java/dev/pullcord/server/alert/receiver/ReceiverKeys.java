package dev.pullcord.server.alert.receiver;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.Section;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Reads values that several kinds of receivers have; what is wrong with them is recorded. */
public final class ReceiverKeys {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  private ReceiverKeys() {}

  /** {@code url}, or {@code url-file} for one that is a secret; one of the two has to be there. */
  static Optional<SecretAddress> address(Section section) {
    Optional<String> url = section.text("url");
    Optional<Path> file = path(section, "url-file");
    if (section.node("url").isPresent() == section.node("url-file").isPresent()) {
      section
          .problems()
          .add("REQUIRED", section.mapping(), "either url or url-file expected, and one of them");
      return Optional.empty();
    }
    Optional<Path> ca = path(section, "ca-file");
    if (file.isPresent()) {
      return Optional.of(new SecretAddress(null, file.get(), ca.orElse(null)));
    }
    return url.flatMap(u -> url(section, "url", u))
        .map(u -> new SecretAddress(u, null, ca.orElse(null)));
  }

  /** An address of the web that may be sent to. */
  public static Optional<URI> url(Section section, String key, String text) {
    try {
      return Optional.of(checked(text));
    } catch (IllegalArgumentException e) {
      wrong(section, key, e.getMessage() + "");
      return Optional.empty();
    }
  }

  /** The address; an exception never shows it, because it may be a secret. */
  static URI checked(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("that is no address; https://HOST/PATH expected");
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "a user name or a password in the address; https://HOST/PATH expected");
    }
    boolean secure = "https".equals(uri.getScheme());
    boolean here = "http".equals(uri.getScheme()) && LOOPBACK.contains(uri.getHost() + "");
    if (uri.getHost() == null || !(secure || here)) {
      throw new IllegalArgumentException(
          "that is no https address; https://HOST/PATH expected, or http:// on loopback");
    }
    return uri;
  }

  /** An absolute path. */
  public static Optional<Path> path(Section section, String key) {
    Optional<String> text = section.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path path = Path.of(text.get());
      if (path.isAbsolute()) {
        return Optional.of(path);
      }
    } catch (InvalidPathException _) {
      // Said below.
    }
    wrong(section, key, Quoted.of(text.get()) + "; an absolute path expected");
    return Optional.empty();
  }

  /** Records what is wrong with a value. */
  public static void wrong(Section section, String key, String what) {
    section.node(key).ifPresent(node -> section.problems().add("VALUE", node, what));
  }
}
