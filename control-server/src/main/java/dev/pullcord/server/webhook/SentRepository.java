package dev.pullcord.server.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which repository a delivery is about. Hosts are known by several names, inside and outside of a
 * network, so only the path is compared: whoever signed it is the right host anyway.
 *
 * @param paths what the body calls it: {@code acme/fleet}
 */
record SentRepository(List<String> paths) {
  /** Where the hosts write addresses of a repository, and its name with its owner's. */
  private static final List<String> FIELDS =
      List.of(
          "/repository/full_name",
          "/repository/clone_url",
          "/repository/ssh_url",
          "/repository/html_url",
          "/repository/links/html/href",
          "/project/path_with_namespace",
          "/project/git_http_url",
          "/project/git_ssh_url",
          "/data/repository");

  /** {@code https://host/PATH}, and {@code user@host:PATH}. */
  private static final Pattern HOST =
      Pattern.compile("^(?:[a-z][a-z0-9+.-]*://[^/]*/|[^/:]+@[^/:]+:)");

  SentRepository {
    paths = List.copyOf(paths);
  }

  static SentRepository of(JsonNode body) {
    Stream<String> named =
        FIELDS.stream().map(f -> body.at(f).asText("")).filter(text -> !text.isEmpty());
    return new SentRepository(
        Stream.concat(named, dataCenter(body)).map(SentRepository::path).toList());
  }

  /**
   * Bitbucket Data Center says a project and a name, which its addresses have behind {@code scm}.
   */
  private static Stream<String> dataCenter(JsonNode body) {
    String project = body.at("/repository/project/key").asText("");
    String slug = body.at("/repository/slug").asText("");
    String path = project + "/" + slug;
    return project.isEmpty() || slug.isEmpty() ? Stream.of() : Stream.of(path, "scm/" + path);
  }

  private static String path(String text) {
    return HOST.matcher(text)
        .replaceFirst("")
        .toLowerCase(Locale.ROOT)
        .replaceFirst("^/+", "")
        .replaceFirst("/+$", "")
        .replaceFirst("\\.git$", "");
  }

  /** What it is called; empty when the body names none. */
  Optional<String> name() {
    return paths.stream().findFirst();
  }

  /** Whether it is the one at that address. */
  boolean is(String upstream) {
    return paths.contains(path(upstream));
  }
}
