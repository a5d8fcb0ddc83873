package dev.pullcord.systemtests.secrets;

import dev.pullcord.testkit.GitHttpUpstream;
import dev.pullcord.testkit.MailServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A {@code server.yaml} that names a file for each secret that a server can have. */
final class SecretiveConfig {
  private final Path directory;
  private final SecretFiles files;

  SecretiveConfig(Path directory, SecretFiles files) {
    this.directory = directory;
    this.files = files;
  }

  Path write(GitHttpUpstream git, MailServer mail, EchoHost echo) throws IOException {
    String upstream =
        """
        upstream:
          url: %s
          poll: 1h
          credentials: {password-file: %s}
          ca-file: %s
          webhook: {kind: gitlab, secret-file: %s}
          status: {kind: gitlab, api: "%s", token-file: %s, repository: acme/fleet}
        """
            .formatted(
                git.url("remote.git"),
                files.of("upstream's password"),
                directory.resolve("ca.pem"),
                files.word("webhook"),
                echo.url("/api/v4"),
                files.word("status"));
    String alerts =
        """
        alerts:
          receivers:
            slack: {kind: slack, url-file: %s}
            chat: {kind: mattermost, url-file: %s}
            far: {kind: teams, url-file: %s}
            hook: {kind: webhook, url-file: %s, secret-file: %s}
            mail: %s
            post: %s
          rules:
            - receivers: [slack, chat, far, hook, mail, post]
              events: [deployment-converged, mirror-stale, commit-refused]
        """
            .formatted(
                files.address("slack", echo.url("")),
                files.address("chat", echo.url("")),
                files.address("far", "https://chat.invalid"),
                files.address("hook", echo.url("")),
                files.of("hook's key"),
                mailbox(mail, files.of("mail password")),
                mailbox(mail, files.of("wrong mail password")));
    return Files.writeString(directory.resolve("server.yaml"), upstream + alerts);
  }

  private static String mailbox(MailServer mail, Path password) {
    return "{kind: email, to: [ops@example.org], from: pullcord@example.org, smtp: {host:"
        + " 127.0.0.1,"
        + " port: %d, user: %s, password-file: %s, ca-file: %s}}"
            .formatted(mail.port(), mail.user(), password, mail.caFile());
  }
}
