package dev.pullcord.cli.command.alert;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.Session;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.AlertsView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verbs about alerts print. */
@SuppressWarnings("NullAway.Init")
class AlertsTest {
  @TempDir Path home;
  private Session session;

  @BeforeEach
  void signIn() throws IOException {
    session = new Session(home);
  }

  @AfterEach
  void stop() {
    session.close();
  }

  private void answer(String path, Object view) {
    session.server().odd(path, 200, "application/json", PullcordJson.write(view));
  }

  private static AlertsView.Message message(long id, String state, String problem) {
    return new AlertsView.Message(
        id,
        "ops",
        "node-failed",
        "a is failed: x",
        state,
        FakeFleet.NOW.minusSeconds(90),
        problem.isEmpty() ? 1 : 3,
        problem,
        state.equals("waiting") ? FakeFleet.NOW.plusSeconds(20) : null,
        null);
  }

  @Test
  void alertsShowsWhoIsToldAndWhatCouldNotBe() {
    answer(
        "/api/v1/alerts",
        new AlertsView(
            List.of(new AlertsView.Receiver("ops", "slack", "chat.example", 1)),
            List.of(
                message(8, "waiting", "chat.example answered 503"), message(7, "delivered", ""))));
    session.shows(
        "alerts list",
        0,
        """
        RECEIVER  KIND   WHERE         WAITING
        ops       slack  chat.example  1

        ID  MADE        TO   STATE                                             MESSAGE
        8   1m 30s ago  ops  waiting, again in 20s: chat.example answered 503  a is failed: x
        7   1m 30s ago  ops  delivered                                         a is failed: x
        """);
  }

  @Test
  void aMessageThatReachedNotAllSaysWhomItDidNot() {
    AlertsView.Receiver ops = new AlertsView.Receiver("ops", "email", "a@x.example", 0);
    AlertsView.Message some = message(7, "delivered", "it does not take mail for a@x.example");
    answer("/api/v1/alerts", new AlertsView(List.of(ops), List.of(some)));
    session.shows(
        "alerts list",
        0,
        """
        RECEIVER  KIND   WHERE        WAITING
        ops       email  a@x.example  0

        ID  MADE        TO   STATE                                             MESSAGE
        7   1m 30s ago  ops  delivered: it does not take mail for a@x.example  a is failed: x
        """);
  }

  @Test
  void aTestThatDoesNotReachItsReceiverEndsWithOne() {
    String path = "/api/v1/alerts/receivers/ops/test";
    answer(path, new AlertsView.Test("ops", false, "no answer in time"));
    session.shows("alerts test ops", 1, "ops was not told: no answer in time\n");
    answer(path, new AlertsView.Test("ops", true, ""));
    session.shows("alerts test ops", 0, "ops took the test message\n");
    answer(path, new AlertsView.Test("ops", true, "it does not take mail for a@x.example"));
    session.shows(
        "alerts test ops", 0, "ops took the test message: it does not take mail for a@x.example\n");
  }

  @Test
  void aMessageIsTriedAgain() {
    answer("/api/v1/alerts/messages/8/retry", message(8, "waiting", ""));
    session.shows(
        "alerts retry 8",
        0,
        "message 8 to ops is tried again; pullcord alerts shows how that ends\n");
  }
}
