package dev.pullcord.server.dashboard.logs;

import static dev.pullcord.server.dashboard.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.channel.ServerEvent.LogsWanted;
import dev.pullcord.server.channel.LogRelay;
import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.dashboard.FakeFleet;
import dev.pullcord.server.dashboard.Payloads;
import dev.pullcord.server.security.limit.Shares;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogPagesTest {
  @TempDir Path directory;
  private final FakeFleet fleet = new FakeFleet();
  private LogRelay relay = new LogRelay((_, _) -> false);
  private String says = "ready\nERROR no such table\n";
  private Store store;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    store = TestStore.open(directory.resolve("store.db"));
    ManualClock clock = ManualClock.atNewYear();
    relay = new LogRelay(this::answer);
    fleet.put(node("web-1").labels(Map.of("role", "web")).view());
    fleet.put(node("web-2").labels(Map.of("role", "web")).view());
    fleet.put(node("db-1").labels(Map.of("role", "db")).view());
    LogTails tails =
        new LogTails(
            name -> Optional.of(name.value().equals("db-1") ? 2L : 1L), relay, System::nanoTime);
    browser =
        new Browser(
            new ApiTokens(store, clock),
            clock,
            new LogPages(fleet, tails, new Shares("logs", "logs", 9, 9, 15)));
    browser.signIn("ann", "operator");
  }

  /** Node 2 is not there; the others say what they have. */
  private boolean answer(long id, ServerEvent event) {
    if (id != 2L && event instanceof LogsWanted wanted) {
      try {
        relay.take(id, new LogLines(wanted.request(), says, true));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return id != 2L;
  }

  @AfterEach
  void stop() {
    browser.close();
    store.close();
  }

  private Document page(String path) throws IOException {
    Browser.Answer answer = browser.get(path);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.page();
  }

  @Test
  void severalNodesStandSideBySideAndTheOneThatIsAwaySaysSo() throws IOException {
    Document page = page("/ui/logs?names=web-1+db-1");
    assertThat(page.select("#log-web-1 pre").text()).contains("ready", "ERROR no such table");
    assertThat(page.select("#log-db-1 .wrong").text()).contains("is not connected");
    assertThat(page.select("#live-part").attr("data-busy")).isEqualTo("3000");
    assertThat(page("/ui/logs?selector=role%3Dweb").select(".log")).hasSize(2);
    assertThat(page("/ui/logs?names=web-1&live=no").select("#live-part").attr("data-busy"))
        .isEmpty();
  }

  @Test
  void nodesAreInTheOrderInWhichPeopleCount() throws IOException {
    for (int i : new int[] {10, 2, 1}) {
      fleet.put(node("gpu-" + i).labels(Map.of("role", "gpu")).view());
    }
    assertThat(page("/ui/logs?selector=role%3Dgpu&live=no").select(".log").eachAttr("id"))
        .containsExactly("log-gpu-1", "log-gpu-2", "log-gpu-10");
  }

  @Test
  void aPageThatStandsStillStaysSoWhenOtherLinesAreAskedFor() throws IOException {
    String live = "form.filters input[name=live]";
    assertThat(page("/ui/logs?names=web-1&live=no").select(live).attr("value")).isEqualTo("no");
    assertThat(page("/ui/logs?names=web-1").select(live)).isEmpty();
  }

  @Test
  void aSearchShowsTheLinesThatHaveItAndAFileHasThemWithTheirNode() throws IOException {
    assertThat(page("/ui/nodes/web-1/logs?q=error").select("pre").text())
        .isEqualTo("ERROR no such table");
    Browser.Answer file = browser.get("/ui/logs/file?names=web-1+db-1&q=error");
    assertThat(file.page().text())
        .contains("web-1 ERROR no such table", "db-1 # db-1 is not connected");
  }

  @Test
  void theNodesThatAreLeftOutAreCountedOrSaidToBeMore() throws IOException {
    for (int i = 0; i < 119; i++) {
      fleet.put(node("c-%03d".formatted(i)).labels(Map.of("role", "c")).view());
    }
    assertThat(page("/ui/logs?selector=role%3Dc").text())
        .contains("99 nodes more have these labels; the first 20 are shown")
        .doesNotContain("At least");
    for (int i = 119; i < 300; i++) {
      fleet.put(node("c-%03d".formatted(i)).labels(Map.of("role", "c")).view());
    }
    assertThat(page("/ui/logs?selector=role%3Dc").text())
        .contains("At least 180 nodes more have these labels");
  }

  @Test
  void whatCannotBeReadIsRefused() throws IOException {
    assertThat(browser.get("/ui/logs?names=nobody").status()).isEqualTo(404);
    assertThat(browser.get("/ui/nodes/nobody/logs").status()).isEqualTo(404);
    for (String lines : List.of("0", "-1", "2001", "99999999999", "x")) {
      assertThat(browser.get("/ui/logs?names=web-1&lines=" + lines).text())
          .contains("a number from 1 to 2000 expected");
    }
    assertThat(browser.get("/ui/logs?selector=a+b").status()).isEqualTo(400);
    assertThat(page("/ui/logs").text()).contains("Say which nodes");
  }

  @Test
  void logsAreForOperators() throws IOException {
    browser.signIn("eve", "viewer");
    for (String path : List.of("/ui/logs", "/ui/logs/file?names=web-1", "/ui/nodes/web-1/logs")) {
      assertThat(browser.get(path).status()).as(path).isEqualTo(403);
    }
  }

  @Test
  void everyPayloadInALogIsTextAndNothingElse() throws IOException {
    says = "harmless\n";
    List<Document> harmless = List.of(page("/ui/logs?names=web-1"));
    for (String payload : Payloads.all()) {
      says = payload + "\n";
      Payloads.assertHarmless(payload, List.of(page("/ui/logs?names=web-1")), harmless);
    }
  }
}
