package dev.pullcord.server.alert.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.pullcord.base.http.StandardWebhookSignature;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlDocument;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.outbox.Receiver;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import dev.pullcord.testkit.ManualClock;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each kind of receiver sends, and what it makes of the answer. */
class ReceiversTest {
  private static final String EVIL = "<!channel> @all & *x* `y` [a](http://evil.example)";

  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();

  private Receiver receiver(String kind, String yaml) {
    return receiver(kind, yaml, Duration.ofMinutes(1));
  }

  private Receiver receiver(String kind, String yaml, Duration tryMax) {
    YamlDocument document = YamlDocument.read(yaml.getBytes(UTF_8), "server.yaml", "CONFIG");
    Section section = document.root();
    ReceiverKind.ReceiverSettings settings =
        Objects.requireNonNull(ReceiverKind.byWord().get(kind)).read(section).orElseThrow();
    section.finish();
    assertThat(document.problems().list()).isEmpty();
    return settings.make().apply(new HttpPost(clock, _ -> Proxy.NO_PROXY, tryMax));
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content + "\n");
  }

  private NewMessage message(String title) {
    AlertMessage alert =
        new AlertMessage(
            "node-failed",
            AlertMessage.State.BEGUN,
            title,
            "main",
            List.of("a"),
            List.of("more of it"),
            "pullcord why a",
            "https://pullcord.example/ui/nodes/a",
            clock.instant());
    return new NewMessage(
        "msg_1", "ops", "node-failed", null, title, PullcordJson.write(alert), clock.instant());
  }

  @Test
  void slackGetsPlainTextThatCallsNobody() throws Exception {
    try (LocalReceiver chat = new LocalReceiver()) {
      Path url = file("slack.url", chat.url("/services/T0/B0/s3cr3t"));
      Receiver slack = receiver("slack", "url-file: " + url);
      assertThat(slack.deliver(message(EVIL))).isEqualTo(new Delivery.Done());
      JsonNode body = PullcordJson.wire().readTree(chat.got().getFirst().body());
      assertThat(body.path("mrkdwn").asBoolean(true)).isFalse();
      assertThat(body.path("text").asText())
          .startsWith("&lt;!channel&gt; @\u200ball &amp; *x*")
          .endsWith("more of it\nNext: pullcord why a\nhttps://pullcord.example/ui/nodes/a");
    }
  }

  @Test
  void mattermostShowsEveryCharacterAsItIsAndCallsNobody() throws Exception {
    try (LocalReceiver chat = new LocalReceiver()) {
      Receiver mattermost = receiver("mattermost", "url: " + chat.url("/hooks/s3cr3t"));
      String title = EVIL + " # _u_ ~~s~~ :fire: at 2026-01-01T07:00:05.123Z";
      assertThat(mattermost.deliver(message(title))).isEqualTo(new Delivery.Done());
      JsonNode body = PullcordJson.wire().readTree(chat.got().getFirst().body());
      assertThat(body.path("text").asText().replace("\u200b", "°"))
          .startsWith(
              "<°\\!channel\\> @°all & \\*x\\* \\`y\\` \\[a\\]\\(http://evil.example\\)"
                  + " \\# \\_u\\_ \\~\\~s\\~\\~ :°fire: at 2026\\-01\\-01 07:°00:05 UTC\n")
          .endsWith("more of it\nNext: pullcord why a\nhttps://pullcord.example/ui/nodes/a");
    }
  }

  @Test
  void teamsGetsACardWhoseTextIsNotFormatted() throws Exception {
    try (LocalReceiver chat = new LocalReceiver()) {
      Receiver teams = receiver("teams", "url: " + chat.url("/workflow"));
      assertThat(teams.deliver(message(EVIL))).isEqualTo(new Delivery.Done());
      JsonNode card =
          PullcordJson.wire()
              .readTree(chat.got().getFirst().body())
              .path("attachments")
              .path(0)
              .path("content");
      assertThat(card.path("body").path(0).path("type").asText()).isEqualTo("RichTextBlock");
      assertThat(card.at("/body/0/inlines/0/text").asText()).isEqualTo(EVIL);
      assertThat(card.at("/actions/0/url").asText()).endsWith("/ui/nodes/a");
    }
  }

  @Test
  void aWebhookIsSignedAndKeepsItsIdAtEachTry() throws Exception {
    try (LocalReceiver hook = new LocalReceiver()) {
      hook.answers(500, "", "no");
      Path secret = file("hook.secret", "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=");
      Receiver webhook =
          receiver("webhook", "url: " + hook.url("/in") + "\nsecret-file: " + secret);
      assertThat(webhook.deliver(message("x"))).isInstanceOf(Delivery.Later.class);
      assertThat(webhook.deliver(message("x"))).isEqualTo(new Delivery.Done());
      LocalReceiver.Got got = hook.got().getLast();
      assertThat(got.headers()).containsEntry("webhook-id", "msg_1");
      long seconds = Long.parseLong(got.headers().get("webhook-timestamp"));
      assertThat(
              new StandardWebhookSignature("whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=")
                  .verify(
                      "msg_1",
                      seconds,
                      got.body().getBytes(UTF_8),
                      got.headers().get("webhook-signature") + ""))
          .isTrue();
      JsonNode body = PullcordJson.wire().readTree(got.body());
      assertThat(body.path("type").asText()).isEqualTo("node-failed");
      assertThat(body.at("/data/state").asText()).isEqualTo("begun");
    }
  }

  @Test
  void eMailIsPlainTextToAllWithAnIdThatStays() throws Exception {
    GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
    mail.start();
    try {
      Receiver email =
          receiver(
              "email",
              "to: [ops@example.org, boss@example.org]\nfrom: pullcord@example.org\n"
                  + "smtp: {host: 127.0.0.1, port: "
                  + mail.getSmtp().getPort()
                  + ", starttls: false}");
      assertThat(email.deliver(message("a is failed: ü\nBcc: x@evil.example")))
          .isEqualTo(new Delivery.Done());
      MimeMessage[] got = mail.getReceivedMessages();
      assertThat(got).hasSize(2);
      assertThat(got[0].getSubject())
          .isEqualTo("[pullcord] a is failed: ü\\u000aBcc: x@evil.example");
      assertThat(got[0].getMessageID()).isEqualTo("<msg_1@pullcord>");
      assertThat(got[0].getContentType()).startsWith("text/plain");
      assertThat(got[0].getContent().toString()).contains("Next: pullcord why a");
      assertThat(got[0].getHeader("Bcc")).isNull();
    } finally {
      mail.stop();
    }
  }

  @Test
  void eMailWithStartTlsTakesOnlyTheAuthorityThatIsNamedAndAPassword() throws Exception {
    GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
    mail.start();
    try {
      Path password = file("mail.password", "hunter2hunter2");
      Receiver email =
          receiver(
              "email",
              "to: [ops@example.org]\nfrom: pullcord@example.org\n"
                  + "smtp: {host: 127.0.0.1, user: u, password-file: "
                  + password
                  + ", port: "
                  + mail.getSmtp().getPort()
                  + "}");
      // The server offers no STARTTLS, so nothing is sent, least of all the password.
      assertThat(email.deliver(message("x")))
          .isInstanceOfSatisfying(
              Delivery.Later.class,
              later -> assertThat(later.reason()).contains("STARTTLS").doesNotContain("hunter2"));
      assertThat(mail.getReceivedMessages()).isEmpty();
    } finally {
      mail.stop();
    }
  }

  @Test
  void anSmtpServerThatIsAwayIsTriedAgain() throws Exception {
    Receiver email =
        receiver(
            "email",
            "to: [ops@example.org]\nfrom: p@example.org\n"
                + "smtp: {host: 127.0.0.1, port: 1, starttls: false}");
    assertThat(email.deliver(message("x"))).isInstanceOf(Delivery.Later.class);
  }

  @Test
  void answersSayWhetherAndWhenAnotherTryIsOfUse() throws Exception {
    try (LocalReceiver chat = new LocalReceiver()) {
      Receiver slack = receiver("slack", "url: " + chat.url("/s/t0ps3cr3t"));
      chat.answers(429, "120", "slow down");
      assertThat(slack.deliver(message("x")))
          .isEqualTo(
              new Delivery.Later("127.0.0.1 answered 429: slow down", Duration.ofMinutes(2)));
      chat.answers(503, "Thu, 01 Jan 2026 01:00:00 GMT", "");
      assertThat(slack.deliver(message("x")))
          .isInstanceOfSatisfying(
              Delivery.Later.class,
              later -> assertThat(later.retryAfter()).isEqualTo(Duration.ofHours(1)));
      chat.answers(400, "", "invalid_payload " + chat.url("/s/t0ps3cr3t") + " /s/t0ps3cr3t");
      assertThat(slack.deliver(message("x")))
          .isInstanceOfSatisfying(
              Delivery.Refused.class,
              no -> assertThat(no.reason()).contains("invalid_payload").doesNotContain("t0ps3"));
      chat.answers(301, "", "");
      assertThat(slack.deliver(message("x"))).isInstanceOf(Delivery.Later.class);
      chat.hang();
      Receiver hasty =
          receiver("slack", "url: " + chat.url("/s/t0ps3cr3t"), Duration.ofMillis(500));
      assertThat(hasty.deliver(message("x")))
          .isEqualTo(new Delivery.Later("127.0.0.1: no answer in time"));
    }
  }

  @Test
  void aSecretThatCannotBeReadSaysWhichFileAndNothingOfIt() throws Exception {
    Path bad = file("slack.url", "ftp://user:t0ps3cr3t@x/");
    assertThat(receiver("slack", "url-file: " + bad).deliver(message("x")))
        .isInstanceOfSatisfying(
            Delivery.Later.class,
            later ->
                assertThat(later.reason())
                    .contains(bad.toString(), "https://HOST/PATH expected")
                    .doesNotContain("t0ps3"));
    assertThat(receiver("slack", "url-file: " + directory.resolve("none")).deliver(message("x")))
        .isInstanceOf(Delivery.Later.class);
  }
}
