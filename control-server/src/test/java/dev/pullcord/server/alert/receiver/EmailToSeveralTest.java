package dev.pullcord.server.alert.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlDocument;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** E-mail to several people of whom the mail server does not take all. */
class EmailToSeveralTest {
  /** Of 0.2 s each. */
  private static final int TRIES_MAX = 300;

  private final ManualClock clock = ManualClock.atNewYear();
  private final PickyMailServer server = new PickyMailServer();

  EmailToSeveralTest() throws IOException {}

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  private Delivery deliver() throws InterruptedException {
    return deliver(Objects.requireNonNull(ReceiverKind.byWord().get("email")));
  }

  private Delivery deliver(ReceiverKind kind) throws InterruptedException {
    String yaml =
        """
        to: [gone@example.org, ops@example.org]
        from: pullcord@example.org
        smtp: {host: 127.0.0.1, port: %d, starttls: false}
        """
            .formatted(server.port());
    Section section = YamlDocument.read(yaml.getBytes(UTF_8), "server.yaml", "CONFIG").root();
    AlertMessage alert =
        new AlertMessage(
            "node-failed",
            AlertMessage.State.BEGUN,
            "a is failed",
            "main",
            List.of("a"),
            List.of(),
            "pullcord why a",
            null,
            clock.instant());
    return kind.read(section)
        .orElseThrow()
        .make()
        .apply(new HttpPost(clock, _ -> Proxy.NO_PROXY))
        .deliver(
            new NewMessage(
                "msg_1",
                "ops",
                "node-failed",
                null,
                "",
                PullcordJson.write(alert),
                clock.instant()));
  }

  @Test
  void anAddressThatIsNoMoreKeepsTheMailFromNobodyElseAndIsNamed() throws Exception {
    server.answer("RCPT TO:<gone@example.org>", "550 5.1.1 no such user");

    assertThat(deliver())
        .isEqualTo(
            new Delivery.Done(
                "127.0.0.1: it does not take mail for gone@example.org: 550 5.1.1 no such user;"
                    + " the others have the mail"));
    assertThat(server.mails()).containsExactly(List.of("ops@example.org"));
  }

  @Test
  void aMailServerThatAnswersWithoutEndIsLeft() throws Exception {
    server.drip();

    assertThat(deliver(new EmailReceiver.Kind(Duration.ofMillis(200))))
        .isEqualTo(new Delivery.Later("127.0.0.1: it has not taken the mail within 0.20s"));
  }

  /** The thread that reads always has something to read, and sees no interrupt. */
  @Test
  void aMailServerThatAnswersWithoutAPauseKeepsNoConnectionAfterTheTry() throws Exception {
    server.pour();

    // A first try can be over before there is a connection: the mail library is loaded in it.
    for (int tries = 0; tries < TRIES_MAX && !server.hasAnswered(); tries++) {
      assertThat(deliver(new EmailReceiver.Kind(Duration.ofMillis(200))))
          .isInstanceOf(Delivery.Later.class);
    }
    assertThat(server.hasAnswered()).as("it was asked within a minute").isTrue();

    server.awaitLeft();
  }

  @Test
  void aMailThatNobodyMayHaveIsGivenUpAndTheReasonNamesAll() throws Exception {
    server.answer("RCPT TO:<gone@example.org>", "550 5.1.1 no such user");
    server.answer("RCPT TO:<ops@example.org>", "550 5.1.1 no such user");

    assertThat(deliver())
        .isEqualTo(
            new Delivery.Refused(
                "127.0.0.1: it does not take mail for gone@example.org, ops@example.org: 550 5.1.1"
                    + " no such user"));
  }

  @Test
  void anAddressThatMayBeTakenLaterIsWorthAnotherTry() throws Exception {
    server.answer("RCPT TO:<gone@example.org>", "550 5.1.1 no such user");
    server.answer("RCPT TO:<ops@example.org>", "451 4.7.1 come again later");

    assertThat(deliver()).isInstanceOf(Delivery.Later.class);
    assertThat(server.mails()).isEmpty();
  }

  @Test
  void aTextThatMayBeTakenLaterIsWorthAnotherTryDespiteADeadAddress() throws Exception {
    server.answer("RCPT TO:<gone@example.org>", "550 5.1.1 no such user");
    server.answer("DATA", "451 4.3.0 come again later");

    assertThat(deliver()).isInstanceOf(Delivery.Later.class);
    assertThat(server.mails()).isEmpty();
  }

  @Test
  void aMailThatWasTakenIsNotSentAgainBecauseTheFarewellFailed() throws Exception {
    server.cutOffFarewells();

    assertThat(deliver()).isEqualTo(new Delivery.Done());
    assertThat(server.mails()).containsExactly(List.of("gone@example.org", "ops@example.org"));
  }
}
