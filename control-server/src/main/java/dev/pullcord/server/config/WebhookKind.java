package dev.pullcord.server.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which git host says that something was pushed; each signs in a form of its own. */
public enum WebhookKind {
  GITHUB,
  GITLAB,
  GITEA,
  FORGEJO,
  BITBUCKET,
  /** Whatever can sign as Standard Webhooks says, such as a git hook of ten lines. */
  GENERIC;

  /** As it stands in {@code server.yaml} and in the address. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Where it is sent to. */
  public String path() {
    return "/webhooks/" + word();
  }

  static Optional<WebhookKind> of(String word) {
    return Arrays.stream(values()).filter(k -> k.word().equals(word)).findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(WebhookKind::word).toList();
  }
}
