package dev.pullcord.server.webhook;

import dev.pullcord.server.refusal.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's own secret is no use. Strangers are not told which file that is; the log is. */
final class SecretTrouble {
  private static final Logger LOG = LoggerFactory.getLogger(SecretTrouble.class);

  private SecretTrouble() {}

  static Refusal refusal(String why) {
    LOG.warn("no webhook can be taken: {}", why);
    return new Refusal(
        Refusal.Kind.UNAVAILABLE,
        "WEBHOOK_SECRET",
        "the server has no secret that it can use; its log says why",
        null);
  }
}
