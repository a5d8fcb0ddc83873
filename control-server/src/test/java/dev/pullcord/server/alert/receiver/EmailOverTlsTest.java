package dev.pullcord.server.alert.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlDocument;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.outbox.Receiver;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import dev.pullcord.testkit.MailServer;
import dev.pullcord.testkit.MailServer.Mode;
import dev.pullcord.testkit.ManualClock;
import dev.pullcord.testkit.Needs;
import java.net.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** E-mail to a real mail server that wants TLS and a password. */
class EmailOverTlsTest {
  private static final String PASSWORD = "hunter2hunter2";

  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();

  private MailServer server(Mode mode) throws Exception {
    return MailServer.start(directory.resolve("mail"), mode, PASSWORD);
  }

  private String smtp(MailServer server, Mode mode, Path caFile, String password) throws Exception {
    Path file = Files.writeString(directory.resolve("mail.password"), password + "\n");
    return """
    to: [ops@example.org, boss@example.org]
    from: pullcord@example.org
    smtp: {host: 127.0.0.1, port: %d, %suser: %s, password-file: %s, ca-file: %s}
    """
        .formatted(
            server.port(), mode == Mode.STARTTLS ? "" : "tls: true, ", server.user(), file, caFile);
  }

  private Receiver email(String yaml) {
    YamlDocument document = YamlDocument.read(yaml.getBytes(UTF_8), "server.yaml", "CONFIG");
    Section section = document.root();
    ReceiverKind.ReceiverSettings settings =
        Objects.requireNonNull(ReceiverKind.byWord().get("email")).read(section).orElseThrow();
    section.finish();
    assertThat(document.problems().list()).isEmpty();
    return settings.make().apply(new HttpPost(clock, _ -> Proxy.NO_PROXY));
  }

  private NewMessage message() {
    AlertMessage alert =
        new AlertMessage(
            "node-failed",
            AlertMessage.State.BEGUN,
            "a is failed: ü",
            "main",
            List.of("a"),
            List.of(),
            "pullcord why a",
            null,
            clock.instant());
    return new NewMessage(
        "msg_1", "ops", "node-failed", null, "", PullcordJson.write(alert), clock.instant());
  }

  private static String reason(Delivery delivery) {
    assertThat(delivery).isInstanceOf(Delivery.Later.class);
    String reason = ((Delivery.Later) delivery).reason();
    assertThat(reason).doesNotContain(PASSWORD, "Exception", "sun.", "jakarta");
    return reason;
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aMailComesEncryptedFromTheUserToAll(Mode mode) throws Exception {
    try (MailServer server = server(mode)) {
      Receiver email = email(smtp(server, mode, server.caFile(), PASSWORD));
      assertThat(email.deliver(message())).isEqualTo(new Delivery.Done());
      MailServer.Mail mail = server.mails().getFirst();
      assertThat(server.mails()).hasSize(1);
      assertThat(mail.tls()).isTrue();
      assertThat(mail.user()).isEqualTo(server.user());
      assertThat(mail.to()).containsExactly("ops@example.org", "boss@example.org");
      assertThat(mail.text())
          .contains("Message-ID: <msg_1@pullcord>", "a is failed: =C3=BC", "Next: pullcord why a");
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aCertificateOfAnotherAuthorityGetsNoMailAndTheReasonSaysWhatToDo(Mode mode)
      throws Exception {
    try (MailServer server = server(mode)) {
      Path other = MailServer.authority(directory, "other");
      Receiver email = email(smtp(server, mode, other, PASSWORD));
      assertThat(reason(email.deliver(message())))
          .isEqualTo(
              "127.0.0.1: its certificate is from no authority that is trusted here; if the host"
                  + " is right, put that authority (or the certificate itself, if it is"
                  + " self-signed) into a file and name it with smtp.ca-file");
      assertThat(server.mails()).isEmpty();
      Files.copy(server.caFile(), other, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      assertThat(email.deliver(message())).isEqualTo(new Delivery.Done());
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aCertificateForAnotherNameGetsNoMail(Mode mode) throws Exception {
    try (MailServer server = server(mode)) {
      String yaml = smtp(server, mode, server.caFile(), PASSWORD);
      Receiver email = email(yaml.replace("host: 127.0.0.1", "host: localhost"));
      assertThat(reason(email.deliver(message())))
          .isEqualTo(
              "localhost: its certificate is for another name; use a name that the certificate"
                  + " has");
      assertThat(server.mails()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aWrongPasswordNamesItsFileAndTheRightOneNeedsNoRestart(Mode mode) throws Exception {
    try (MailServer server = server(mode)) {
      Receiver email = email(smtp(server, mode, server.caFile(), "wrong-word"));
      Path file = directory.resolve("mail.password");
      assertThat(reason(email.deliver(message())))
          .isEqualTo(
              "127.0.0.1 does not accept user \"pullcord\" with the password of "
                  + file
                  + "; put the right one there");
      Files.writeString(file, PASSWORD + "\n");
      assertThat(email.deliver(message())).isEqualTo(new Delivery.Done());
      assertThat(server.mails()).hasSize(1);
    }
  }

  /** By its port alone; no other key says so. */
  @Test
  void port465IsTlsFromTheFirstByte() throws Exception {
    Needs.root("only root may listen on port 465");
    try (MailServer server = MailServer.onUsualPort(directory.resolve("mail"), PASSWORD)) {
      assertThat(server.port()).isEqualTo(465);
      String yaml =
          smtp(server, Mode.STARTTLS, server.caFile(), PASSWORD)
              .replace("host: 127.0.0.1", "host: " + server.host());
      assertThat(email(yaml).deliver(message())).isEqualTo(new Delivery.Done());
      assertThat(server.mails()).singleElement().matches(MailServer.Mail::tls);
    }
  }

  @Test
  void startTlsAtAPortThatSpeaksTlsAtOnceEndsWithAReason() throws Exception {
    try (MailServer server = server(Mode.STARTTLS)) {
      String yaml = smtp(server, Mode.STARTTLS, server.caFile(), PASSWORD);
      Receiver email = email(yaml.replace("smtp: {", "smtp: {tls: true, "));
      assertThat(reason(email.deliver(message())))
          .isEqualTo("127.0.0.1: TLS failed: what listens there speaks no TLS; is the port right?");
    }
  }
}
