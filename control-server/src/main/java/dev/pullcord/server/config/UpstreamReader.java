package dev.pullcord.server.config;

import dev.pullcord.protocol.id.Shown;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.server.config.UpstreamConfig.Login;
import dev.pullcord.server.config.UpstreamConfig.Refs;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code upstream} of {@code server.yaml}; what is wrong with it is recorded. */
final class UpstreamReader {
  private static final Duration POLL = Duration.ofMinutes(1);
  private static final Duration POLL_LEAST = Duration.ofSeconds(1);
  private static final Duration POLL_MOST = Duration.ofDays(1);
  private static final int PATTERNS_MAX = 50;
  private static final Pattern PATTERN =
      Pattern.compile("(?!.*(\\.\\.|//|@\\{))[A-Za-z0-9_*][A-Za-z0-9._/+@*-]{0,199}");
  private static final String USER = "pullcord";

  private UpstreamReader() {}

  static Optional<UpstreamConfig> read(Section section) {
    Optional<URI> url =
        section.require("url")
            ? section.text("url").flatMap(t -> url(section, t))
            : Optional.empty();
    Refs refs = new Refs(patterns(section, "branches"), patterns(section, "tags"));
    Duration poll = section.duration("poll", POLL_LEAST, POLL_MOST).orElse(POLL);
    Optional<Login> login = section.section("credentials").map(UpstreamReader::login);
    Path ca = path(section, "ca-file").orElse(null);
    section.finish();
    return url.map(u -> new UpstreamConfig(u, refs, poll, login.orElse(null), ca));
  }

  private static Optional<URI> url(Section section, String text) {
    String wrong = wrongWith(text);
    if (wrong == null) {
      return Optional.of(URI.create(text));
    }
    wrong(section, "url", wrong);
    return Optional.empty();
  }

  private static @Nullable String wrongWith(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException _) {
      return Shown.of(text) + "; https://HOST/PATH expected";
    }
    if (uri.getRawUserInfo() != null) {
      // Not shown: it is a secret, and this goes into a log.
      return "a user name or a password in the URL; credentials: {username, password-file}"
          + " expected";
    }
    boolean https = "https".equals(uri.getScheme()) && uri.getHost() != null;
    boolean file = "file".equals(uri.getScheme()) && uri.getHost() == null;
    return https || file ? null : Shown.of(text) + "; https://HOST/PATH or file:///PATH expected";
  }

  private static List<String> patterns(Section section, String key) {
    List<String> patterns = section.texts(key, PATTERNS_MAX).orElse(List.of());
    patterns.stream()
        .filter(p -> !PATTERN.matcher(p).matches())
        .forEach(p ->
            wrong(section, key, Shown.of(p) + "; a name, or one with * for any text, expected"));
    return patterns;
  }

  private static Login login(Section section) {
    String user = section.text("username").orElse(USER);
    Path password = path(section, "password-file").orElse(null);
    Path certificate = path(section, "certificate-file").orElse(null);
    Path key = path(section, "key-file").orElse(null);
    if ((certificate == null) != (key == null)) {
      wrong(
          section,
          certificate == null ? "key-file" : "certificate-file",
          "certificate-file and key-file belong together; both expected");
    }
    section.finish();
    return new Login(user, password, certificate, key);
  }

  private static Optional<Path> path(Section section, String key) {
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
    wrong(section, key, Shown.of(text.get()) + "; an absolute path expected");
    return Optional.empty();
  }

  private static void wrong(Section section, String key, String what) {
    section.node(key).ifPresent(node -> section.problems().add("VALUE", node, what));
  }
}
