package dev.pullcord.server.dashboard.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.alert.Alerts;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.outbox.Outbox;
import dev.pullcord.server.alert.outbox.Receiver;
import dev.pullcord.server.alert.outbox.TestDeliveries;
import dev.pullcord.server.audit.AuditLog;
import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.dashboard.Payloads;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class AlertPagesTest {
  private static final String PAGE = "/ui/alerts";

  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();
  private Delivery answer = new Delivery.Later("chat.example answered 503");
  private Store store;
  private Alerts alerts;
  private Browser browser;

  @BeforeEach
  void start() {
    store = TestStore.open(directory.resolve("store.db"));
    AuditLog audit = new AuditLog(store, clock);
    Receiver chat = _ -> answer;
    alerts =
        new Alerts(
            store,
            clock,
            audit,
            Map.of(
                "ops", new Alerts.NamedReceiver("slack", "chat.example", chat),
                "by-hand",
                    new Alerts.NamedReceiver("slack", "chat.example", AlertPagesTest::hang)));
    browser = new Browser(audit, new ApiTokens(store, clock), clock, new AlertPages(alerts));
  }

  @AfterEach
  void stop() {
    browser.close();
    alerts.close();
    store.close();
  }

  private static Delivery hang(NewMessage message) throws InterruptedException {
    new CountDownLatch(1).await();
    return new Delivery.Done();
  }

  /** To somebody whose thread hangs, so that only a test delivers. */
  private void message(String title) {
    store.write(tables -> {
      Outbox.add(
          tables,
          new NewMessage(title, "by-hand", "node-failed", null, title, "{}", clock.instant()));
      return null;
    });
  }

  @Test
  void showsWhatWaitsAndWhyAndTriesItAgain() throws IOException {
    message("a is failed: x");
    TestDeliveries.all(store, clock, "by-hand", _ -> answer);
    browser.signIn("ann", "operator");
    String text = browser.get(PAGE).text();
    assertThat(text)
        .contains(
            "ops slack chat.example nothing sent lately", "a is failed: x node-failed by-hand");
    assertThat(text)
        .contains(
            "by-hand ○ waiting", "✗ cannot be told 1 try: chat.example answered 503 1 waiting")
        .containsOnlyOnce("chat.example answered 503");
    clock.advance(Duration.ofDays(2));
    TestDeliveries.all(store, clock, "by-hand", _ -> answer);
    browser.signIn("ann-again", "operator");
    assertThat(browser.get(PAGE).text()).contains("✗ given up", "✗ last message given up");
    assertThat(browser.submit("/ui/alerts/retry", "id", "1").status()).isEqualTo(303);
    assertThat(browser.get(PAGE).text()).doesNotContain("given up");
    TestDeliveries.all(store, clock, "by-hand", _ -> new Delivery.Done());
    assertThat(browser.get(PAGE).text()).contains("✓ told", "✓ delivered");
  }

  private void told(String receiver, String title) {
    store.write(tables -> {
      Outbox.add(
          tables,
          new NewMessage(
              receiver + title, receiver, "node-failed", null, title, "{}", clock.instant()));
      return null;
    });
  }

  @Test
  void whatSeveralAreToldIsSaidOnce() throws IOException {
    told("gone", "a is failed: x");
    message("a is failed: x");
    clock.advance(Duration.ofSeconds(1));
    message("b is failed: x");
    browser.signIn("ann", "operator");
    assertThat(browser.get(PAGE).page().select(".outbox tbody th").eachText())
        .containsExactly("b is failed: x node-failed", "a is failed: x node-failed");
    assertThat(browser.get(PAGE).page().select(".outbox tbody tr").getLast().text())
        .contains("by-hand ○ waiting", "gone ○ waiting")
        .containsOnlyOnce("Try again");
  }

  @Test
  void ofALongOutboxTheOldEndIsFolded() throws IOException {
    for (int i = 0; i < 23; i++) {
      message("node-" + i + " is failed: x");
      clock.advance(Duration.ofSeconds(1));
    }
    browser.signIn("ann", "operator");
    Document page = browser.get(PAGE).page();
    assertThat(page.select(".outbox tbody tr")).hasSize(23);
    assertThat(page.select("details#older summary").text()).isEqualTo("3 older");
    assertThat(page.select("details#older tbody th").eachText())
        .containsExactly(
            "node-2 is failed: x node-failed",
            "node-1 is failed: x node-failed",
            "node-0 is failed: x node-failed");
  }

  @Test
  void allThatAReceiverMissedIsTriedAgainByOneButton() throws IOException {
    message("a is failed: x");
    message("b is failed: x");
    clock.advance(Duration.ofDays(2));
    TestDeliveries.all(store, clock, "by-hand", _ -> answer);
    browser.signIn("ann", "operator");
    Document page = browser.get(PAGE).page();
    assertThat(page.select(".outbox .s-failed")).hasSize(2);
    assertThat(page.select(".receivers button").eachText()).contains("Try all 2 again");
    browser.submit("/ui/alerts/retry", "id", "1", "id", "2");
    assertThat(browser.get(PAGE).text())
        .contains("2 messages are tried again.")
        .doesNotContain("given up");

    TestDeliveries.all(store, clock, "by-hand", _ -> new Delivery.Done());
    browser.submit("/ui/alerts/retry", "id", "1", "id", "2");
    assertThat(browser.get(PAGE).text()).contains("0 of 2 messages are tried again;");
  }

  @Test
  void aMessageToAReceiverThatIsGoneIsNotTriedAgain() throws IOException {
    store.write(tables -> {
      Outbox.add(
          tables,
          new NewMessage("m1", "gone", "node-failed", null, "a is failed", "{}", clock.instant()));
      return null;
    });
    browser.signIn("ann", "operator");
    browser.get(PAGE);
    browser.submit("/ui/alerts/retry", "id", "1");
    assertThat(browser.get(PAGE).text())
        .contains("message 1 is to gone, and alerts.receivers in server.yaml names no such");
  }

  @Test
  void aTestSaysWhetherTheReceiverTookIt() throws IOException {
    browser.signIn("ann", "operator");
    browser.get(PAGE);
    browser.submit("/ui/alerts/test", "receiver", "ops");
    assertThat(browser.get(PAGE).text()).contains("ops was not told: chat.example answered 503");
    answer = new Delivery.Done();
    browser.submit("/ui/alerts/test", "receiver", "ops");
    assertThat(browser.get(PAGE).text()).contains("ops took the test message.");
  }

  @Test
  void aViewerReadsItAndHasNoButtons() throws IOException {
    message("a is failed: x");
    browser.signIn("bob", "viewer");
    Browser.Answer answered = browser.get(PAGE);
    assertThat(answered.status()).isEqualTo(200);
    assertThat(answered.page().select("main button:not(.copy)")).isEmpty();
  }

  @Test
  void textsOfOthersStayTexts() throws IOException {
    browser.signIn("bob", "viewer");
    for (String payload : Payloads.all()) {
      message(payload);
      Document page = browser.get(PAGE).page();
      assertThat(page.select("main script, main img, main iframe")).as(payload).isEmpty();
      assertThat(Payloads.timesSaid(page, payload)).as(payload).isPositive();
    }
  }
}
