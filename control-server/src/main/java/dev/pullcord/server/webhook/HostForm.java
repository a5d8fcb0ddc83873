package dev.pullcord.server.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.base.http.StandardWebhookSignature;
import dev.pullcord.server.config.WebhookKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * In which form a git host says that something was pushed.
 *
 * @param proof that it knows the secret
 * @param ids headers with the id of a delivery; the first of them that is there counts
 * @param events headers with what happened, likewise
 * @param eventField the field of the body that says it where no header does
 * @param moves the events after which refs may be elsewhere
 * @param asForm whether the host may send JSON inside of a form
 */
record HostForm(
    SenderProof proof,
    List<String> ids,
    List<String> events,
    String eventField,
    Set<String> moves,
    boolean asForm) {
  /** GitLab calls every event of its system hooks so. */
  private static final String SYSTEM = "System Hook";

  private static final HostForm GITHUB =
      new HostForm(
          new SenderProof.HexHmac(List.of("X-Hub-Signature-256"), "sha256="),
          List.of("X-GitHub-Delivery"),
          List.of("X-GitHub-Event"),
          "",
          Set.of("push", "create", "delete"),
          true);

  private static final HostForm GITLAB =
      new HostForm(
          new SenderProof.TokenOrStandard("X-Gitlab-Token"),
          List.of(StandardWebhookSignature.ID, "Idempotency-Key", "X-Gitlab-Event-UUID"),
          List.of("X-Gitlab-Event"),
          "event_name",
          Set.of("Push Hook", "Tag Push Hook", "push", "tag_push", "repository_update"),
          false);

  private static final HostForm GITEA =
      new HostForm(
          new SenderProof.HexHmac(List.of("X-Forgejo-Signature", "X-Gitea-Signature"), ""),
          List.of("X-Forgejo-Delivery", "X-Gitea-Delivery"),
          List.of("X-Forgejo-Event", "X-Gitea-Event"),
          "",
          Set.of("push", "create", "delete"),
          true);

  private static final HostForm BITBUCKET =
      new HostForm(
          new SenderProof.HexHmac(List.of("X-Hub-Signature"), "sha256="),
          // Of Bitbucket Cloud, and of Data Center.
          List.of("X-Request-UUID", "X-Request-Id"),
          List.of("X-Event-Key"),
          "",
          Set.of("repo:push", "repo:refs_changed", "mirror:repo_synchronized"),
          false);

  private static final HostForm GENERIC =
      new HostForm(
          new SenderProof.Standard(),
          List.of(StandardWebhookSignature.ID),
          List.of(),
          "type",
          Set.of("push"),
          false);

  static HostForm of(WebhookKind kind) {
    return switch (kind) {
      case GITHUB -> GITHUB;
      case GITLAB -> GITLAB;
      case GITEA, FORGEJO -> GITEA;
      case BITBUCKET -> BITBUCKET;
      case GENERIC -> GENERIC;
    };
  }

  /** What happened, if that is said. */
  Optional<String> event(WebhookRequest request, JsonNode body) {
    return request
        .header(events)
        .filter(e -> !e.equals(SYSTEM))
        .or(() -> Optional.of(body.path(eventField).asText("")))
        .filter(e -> !e.isEmpty());
  }
}
