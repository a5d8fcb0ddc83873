package dev.pullcord.server.dashboard.repository;

import dev.pullcord.server.config.WebhookKind;

/**
 * What is to be entered at a git host, in the words of its own page.
 *
 * @param place where webhooks are made there
 * @param secret what it calls the secret
 * @param form what else has to be chosen
 * @param events which events to send
 */
record HostSettings(String place, String secret, String form, String events) {
  static HostSettings of(WebhookKind kind) {
    return switch (kind) {
      case GITHUB ->
          new HostSettings(
              "Settings, Webhooks, Add webhook",
              "Secret",
              "Content type: application/json",
              "Just the push event");
      case GITLAB ->
          new HostSettings(
              "Settings, Webhooks, Add new webhook",
              "Secret token, or the signing token",
              "Enable SSL verification",
              "Push events, and Tag push events if tags are mirrored");
      case GITEA, FORGEJO ->
          new HostSettings(
              "Settings, Webhooks, Add webhook, "
                  + (kind == WebhookKind.GITEA ? "Gitea" : "Forgejo"),
              "Secret",
              "HTTP method POST, content type application/json",
              "Push, Create and Delete");
      case BITBUCKET ->
          new HostSettings(
              "Repository settings, Webhooks, Add webhook",
              "Secret",
              "Status: active",
              "Repository push");
      case GENERIC ->
          new HostSettings(
              "A git hook, as docs/operating/upstream.md has one",
              "Key of the signature",
              "JSON, signed as Standard Webhooks says",
              "Push");
    };
  }
}
