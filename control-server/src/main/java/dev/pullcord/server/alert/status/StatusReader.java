package dev.pullcord.server.alert.status;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.server.alert.receiver.ReceiverKeys;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code status} of {@code upstream}; what is wrong with it is recorded. */
public final class StatusReader {
  private static final String CONTEXT = "pullcord";
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._/-]{0,79}");
  private static final Pattern REPOSITORY =
      Pattern.compile("[A-Za-z0-9_.-]++(?:/[A-Za-z0-9_.-]++)++");

  /** {@code https://HOST/OWNER/NAME.git} and {@code git@HOST:OWNER/NAME}. */
  private static final Pattern OF_URL =
      Pattern.compile("(?:[a-z]+://[^/]+/|[^/@]+@[^/:]+:)(.+?)(?:\\.git)?/?");

  private StatusReader() {}

  /** What the section {@code upstream} says of statuses; empty where it says nothing. */
  public static Optional<StatusSettings> read(Section upstream) {
    Optional<String> url = upstream.text("url");
    return upstream.section("status").flatMap(s -> read(s, url));
  }

  private static Optional<StatusSettings> read(Section section, Optional<String> url) {
    section.require("kind", "api", "token-file");
    Optional<StatusHost> kind = section.choice("kind", StatusHost.byWord());
    Optional<URI> api = section.text("api").flatMap(t -> ReceiverKeys.url(section, "api", t));
    Optional<Path> token = ReceiverKeys.path(section, "token-file");
    String context = word(section, "context").orElse(CONTEXT);
    Optional<String> repository = repository(section, url);
    Optional<String> environment = word(section, "environment");
    if (environment.isPresent() && kind.filter(k -> k != StatusHost.GITHUB).isPresent()) {
      ReceiverKeys.wrong(section, "environment", "only kind: github has deployments");
    }
    Path ca = ReceiverKeys.path(section, "ca-file").orElse(null);
    section.finish();
    return kind.flatMap(k ->
        api.flatMap(a ->
            token.flatMap(t ->
                repository.map(
                    r -> new StatusSettings(k, a, t, context, r, environment.orElse(null), ca)))));
  }

  private static Optional<String> word(Section section, String key) {
    Optional<String> text = section.text(key);
    text.filter(t -> !WORD.matcher(t).matches())
        .ifPresent(t ->
            ReceiverKeys.wrong(section, key, Quoted.of(t) + "; letters, digits and ._/- expected"));
    return text;
  }

  private static Optional<String> repository(Section section, Optional<String> url) {
    Optional<String> own = section.text("repository");
    Optional<String> name =
        own.isPresent()
            ? own
            : url.map(OF_URL::matcher).filter(Matcher::matches).map(m -> m.group(1));
    if (name.filter(n -> REPOSITORY.matcher(n).matches()).isPresent()) {
      return name;
    }
    section
        .problems()
        .add(
            "VALUE",
            section.node("repository").orElse(section.mapping()),
            "repository: OWNER/NAME at the host expected");
    return Optional.empty();
  }
}
