package dev.pullcord.server.config;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.protocol.yaml.Section;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the upstream's host does beside serving git.
 *
 * @param webhook how it says that something was pushed; null where it does not
 * @param commitUrl where it shows a commit, with {@link #COMMIT} in place of its id; null for
 *     nowhere
 */
public record HostLinks(@Nullable Webhook webhook, @Nullable String commitUrl) {
  /** A host that serves git and nothing else. */
  public static final HostLinks NONE = new HostLinks(null, null);

  /** What stands for the commit. */
  public static final String COMMIT = "{commit}";

  /** A webhook, with a file that is read at each delivery. */
  public record Webhook(WebhookKind kind, Path secretFile) {}

  static HostLinks read(Section upstream) {
    return new HostLinks(
        upstream.section("webhook").flatMap(HostLinks::webhook).orElse(null),
        upstream.text("commit-url").flatMap(t -> commitUrl(upstream, t)).orElse(null));
  }

  private static Optional<Webhook> webhook(Section section) {
    Optional<WebhookKind> kind =
        section.require("kind")
            ? section.text("kind").flatMap(w -> kind(section, w))
            : Optional.empty();
    Optional<Path> secret =
        section.require("secret-file")
            ? section.text("secret-file").flatMap(t -> path(section, t))
            : Optional.empty();
    section.finish();
    return kind.flatMap(k -> secret.map(s -> new Webhook(k, s)));
  }

  private static Optional<WebhookKind> kind(Section section, String word) {
    Optional<WebhookKind> kind = WebhookKind.of(word);
    if (kind.isEmpty()) {
      List<String> words = WebhookKind.words();
      String expected = "; one of " + String.join(", ", words) + " expected";
      wrong(section, "kind", Quoted.of(word) + expected + DidYouMean.of(word, words));
    }
    return kind;
  }

  private static Optional<Path> path(Section section, String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return Optional.of(path);
      }
    } catch (InvalidPathException _) {
      // Said below.
    }
    wrong(section, "secret-file", Quoted.of(text) + "; an absolute path expected");
    return Optional.empty();
  }

  /** A link that people follow: to a page of the web, with the commit in its path. */
  private static Optional<String> commitUrl(Section section, String text) {
    try {
      URI uri = URI.create(text.replace(COMMIT, "0"));
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      int host = text.indexOf("://") + 3;
      boolean open = uri.getHost() != null && uri.getRawUserInfo() == null;
      if (web
          && open
          && text.indexOf(COMMIT) > text.indexOf('/', host)
          && text.indexOf('/', host) > 0) {
        return Optional.of(text);
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    wrong(section, "commit-url", "https://HOST/PATH/{commit} expected, without a user");
    return Optional.empty();
  }

  private static void wrong(Section section, String key, String what) {
    section.node(key).ifPresent(node -> section.problems().add("VALUE", node, what));
  }
}
