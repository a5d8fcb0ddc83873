package dev.pullcord.server.alert.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.receiver.HttpPost;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells GitHub of a deployment: the one of that commit and environment is looked for, and made
 * where there is none, so that a try after a kill makes no second one.
 */
final class GithubDeployment {
  private final StatusSettings settings;
  private final HttpPost http;

  GithubDeployment(StatusSettings settings, HttpPost http) {
    this.settings = settings;
    this.http = http;
  }

  Delivery tell(CommitStatus status, String token) throws InterruptedException {
    String all = "/repos/" + settings.repository() + "/deployments";
    String known =
        "?per_page=1&sha="
            + status.commit()
            + "&environment="
            + StatusHost.escaped(settings.environment() + "");
    HttpPost.Answer answer =
        http.ask(
            new HttpPost.Call(
                StatusHost.address(settings, all + known),
                StatusHost.bearer(token),
                null,
                settings.caFile(),
                List.of(token)));
    if (!(answer.delivery() instanceof Delivery.Done)) {
      return answer.delivery();
    }
    long id = id(json(answer.body()).path(0));
    if (id == 0) {
      answer = http.ask(post(all, made(status), token));
      id = id(json(answer.body()));
      if (!(answer.delivery() instanceof Delivery.Done)) {
        return answer.delivery();
      }
    }
    if (id == 0) {
      return new Delivery.Later(settings.api().getHost() + " named no deployment");
    }
    return http.send(post(all + "/" + id + "/statuses", state(status), token));
  }

  private HttpPost.Call post(String path, Map<String, Object> body, String token) {
    return StatusHost.post(settings, path, StatusHost.bearer(token), body, token);
  }

  private Map<String, Object> made(CommitStatus status) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("ref", status.commit().value());
    body.put("environment", settings.environment() + "");
    body.put("auto_merge", false);
    body.put("required_contexts", List.of());
    return body;
  }

  private static Map<String, Object> state(CommitStatus status) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put(
        "state",
        status.state() == CommitStatus.State.PENDING
            ? "in_progress"
            : StatusHost.word(status.state()));
    body.put("description", status.description());
    if (status.link() != null) {
      body.put("log_url", status.link());
    }
    return body;
  }

  private static JsonNode json(String text) {
    try {
      return PullcordJson.wire().readTree(text);
    } catch (JsonProcessingException _) {
      return PullcordJson.wire().createObjectNode();
    }
  }

  private static long id(JsonNode deployment) {
    return deployment.path("id").asLong(0);
  }
}
