package dev.pullcord.server.alert.status;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.alert.receiver.HttpPost.Call;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The kinds of git hosts, each with how it is told a status. */
public enum StatusHost {
  /** GitHub, and GitHub Enterprise with {@code api: https://HOST/api/v3}. */
  GITHUB {
    @Override
    Call call(StatusSettings settings, CommitStatus status, String token) {
      return byCommit(settings, status, token, bearer(token));
    }
  },
  /** GitLab, with {@code api: https://HOST/api/v4}. */
  GITLAB {
    @Override
    Call call(StatusSettings settings, CommitStatus status, String token) {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put(
          "state", status.state() == CommitStatus.State.FAILURE ? "failed" : word(status.state()));
      body.put("name", settings.context());
      body.put("description", status.description());
      if (status.link() != null) {
        body.put("target_url", status.link());
      }
      String path = "/projects/%s/statuses/%s";
      return post(
          settings,
          path.formatted(escaped(settings.repository()), status.commit()),
          Map.of("PRIVATE-TOKEN", token),
          body,
          token);
    }
  },
  /** Gitea and Forgejo, with {@code api: https://HOST/api/v1}. */
  GITEA {
    @Override
    Call call(StatusSettings settings, CommitStatus status, String token) {
      return byCommit(settings, status, token, Map.of("Authorization", "token " + token));
    }
  };

  /** The request that tells the host. */
  abstract Call call(StatusSettings settings, CommitStatus status, String token);

  /** A request that changes nothing, to see that the host knows the token and the repository. */
  Call look(StatusSettings settings, String token) {
    boolean gitlab = this == GITLAB;
    String path =
        gitlab ? "/projects/" + escaped(settings.repository()) : "/repos/" + settings.repository();
    Map<String, String> headers =
        gitlab ? Map.of("PRIVATE-TOKEN", token) : Map.of("Authorization", "Bearer " + token);
    return new Call(address(settings, path), headers, null, settings.caFile(), List.of(token));
  }

  /** {@code github}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Map<String, StatusHost> byWord() {
    Map<String, StatusHost> hosts = new LinkedHashMap<>();
    for (StatusHost host : values()) {
      hosts.put(host.word(), host);
    }
    return hosts;
  }

  static String word(CommitStatus.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token, "Accept", "application/vnd.github+json");
  }

  private static Call byCommit(
      StatusSettings settings, CommitStatus status, String token, Map<String, String> headers) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("state", word(status.state()));
    body.put("context", settings.context());
    body.put("description", status.description());
    if (status.link() != null) {
      body.put("target_url", status.link());
    }
    String path = "/repos/" + settings.repository() + "/statuses/" + status.commit();
    return post(settings, path, headers, body, token);
  }

  static Call post(
      StatusSettings settings,
      String path,
      Map<String, String> headers,
      Map<String, Object> body,
      String token) {
    return new Call(
        address(settings, path),
        headers,
        PullcordJson.write(body),
        settings.caFile(),
        List.of(token));
  }

  static URI address(StatusSettings settings, String path) {
    return URI.create(settings.api().toString().replaceFirst("/+$", "") + path);
  }

  static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
