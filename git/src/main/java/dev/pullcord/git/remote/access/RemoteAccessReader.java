package dev.pullcord.git.remote.access;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.Section;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code url}, {@code credentials} and {@code ca-file} of a section; what is wrong with them
 * is recorded.
 */
public final class RemoteAccessReader {
  private static final String USER = "pullcord";

  private RemoteAccessReader() {}

  /**
   * Reads it.
   *
   * @param name of the section, for messages
   */
  public static Optional<RemoteAccess> read(Section section, String name) {
    Optional<RemoteUrl> url =
        section.require("url")
            ? section.text("url").flatMap(text -> url(section, text))
            : Optional.empty();
    Optional<Section> credentials = section.section("credentials");
    Path ca = path(section, "ca-file").orElse(null);
    if (url.isPresent() && url.get().ssh()) {
      refuse(section, "ca-file", "it goes with https://");
      if (credentials.isEmpty()) {
        wrong(section, "url", "credentials: {key-file, known-hosts-file} expected with it");
      }
    }
    RemoteLogin login = credentials.map(c -> login(c, url)).orElse(null);
    return url.map(u -> new RemoteAccess(u, login, ca, name));
  }

  private static Optional<RemoteUrl> url(Section section, String text) {
    try {
      return Optional.of(new RemoteUrl(text));
    } catch (IllegalArgumentException e) {
      wrong(section, "url", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static RemoteLogin login(Section section, Optional<RemoteUrl> url) {
    Path certificate = path(section, "certificate-file").orElse(null);
    Path key = path(section, "key-file").orElse(null);
    Path hosts = path(section, "known-hosts-file").orElse(null);
    if (url.isPresent() && url.get().ssh()) {
      section.require("key-file", "known-hosts-file");
      refuse(section, "username", "it goes with https://; the user is in the URL");
      refuse(section, "password-file", "it goes with https://");
      refuse(section, "certificate-file", "it goes with https://");
    } else {
      refuse(section, "known-hosts-file", "it goes with ssh://");
      if ((certificate == null) != (key == null)) {
        wrong(
            section,
            certificate == null ? "key-file" : "certificate-file",
            "certificate-file and key-file belong together; both expected");
      }
    }
    RemoteLogin login =
        new RemoteLogin(
            section.text("username").orElse(USER),
            path(section, "password-file").orElse(null),
            certificate,
            key,
            hosts);
    section.finish();
    return login;
  }

  /** The absolute path that a key has. */
  public static Optional<Path> path(Section section, String key) {
    Optional<String> text = section.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    @Nullable Path path = null;
    try {
      path = Path.of(text.get());
    } catch (InvalidPathException _) {
      // Said below.
    }
    if (path != null && path.isAbsolute()) {
      return Optional.of(path);
    }
    wrong(section, key, Quoted.of(text.get()) + "; an absolute path expected");
    return Optional.empty();
  }

  /** Records that a key is there which the rest of the section gives no meaning; if it is there. */
  public static void refuse(Section section, String key, String why) {
    wrong(section, key, key + " has no meaning here: " + why);
  }

  private static void wrong(Section section, String key, String what) {
    section.node(key).ifPresent(node -> section.problems().add("VALUE", node, what));
  }
}
