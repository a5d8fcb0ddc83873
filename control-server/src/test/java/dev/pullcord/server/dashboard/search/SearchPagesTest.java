package dev.pullcord.server.dashboard.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.dashboard.FakeFleet;
import dev.pullcord.server.dashboard.Nodes;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchPagesTest {
  @TempDir Path directory;
  private final FakeFleet fleet = new FakeFleet();
  private Store store;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    fleet.put(Nodes.node("grep-1").labels(Map.of("dc", "ber")).runs(Nodes.OLD, Nodes.OLD).view());
    fleet.put(Nodes.node("grep-2").runs(Nodes.NEW, Nodes.NEW).view());
    fleet.put(Nodes.node("beat").runs(Nodes.OLD, Nodes.OLD).view());
    fleet.head("main", Nodes.OLD, "Look for more", "Ann", "ann", Nodes.NOW);
    fleet.head("prod", Nodes.NEW, "Look for less", "Ann", "ann", Nodes.NOW);
    store = TestStore.open(directory.resolve("store.db"));
    ManualClock clock = ManualClock.atNewYear();
    browser = new Browser(new ApiTokens(store, clock), clock, new SearchPages(fleet));
    browser.signIn("bob", "viewer");
  }

  @AfterEach
  void stop() {
    browser.close();
    store.close();
  }

  private Browser.Answer search(String words) throws IOException {
    return browser.get("/ui/search?q=" + URLEncoder.encode(words, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "grep-2, /ui/nodes/grep-2",
    "GREP-2, /ui/nodes/grep-2",
    "bea, /ui/nodes/beat",
    "dc=ber, /ui/nodes/grep-1",
    "for less, /ui/deployments/2",
    "1, ''",
  })
  void whatCanOnlyBeOneThingIsThatThingsPage(String words, String page) throws IOException {
    Browser.Answer answer = search(words);
    assertThat(answer.location()).isEqualTo(page);
    assertThat(answer.status()).isEqualTo(page.isEmpty() ? 200 : 303);
  }

  @Test
  void aCommitFindsItsDeploymentsAndTheNodesThatRunIt() throws IOException {
    Browser.Answer answer = search("9b41d07");
    assertThat(answer.page().select("main a").eachAttr("href"))
        .containsExactly("/ui/nodes/beat", "/ui/nodes/grep-1", "/ui/deployments/1");
  }

  @Test
  void whatIsFoundIsInTheOrderInWhichPeopleCount() throws IOException {
    for (int i = 120; i >= 1; i--) {
      fleet.put(Nodes.node("web-" + i).runs(Nodes.NEW, Nodes.NEW).view());
    }
    for (String branch : List.of("web-10", "web-9")) {
      fleet.head(branch, Nodes.OLD, "Begin", "Ann", "ann", Nodes.NOW);
    }
    Document page = search("web").page();
    assertThat(page.select("main th a").eachText())
        .startsWith("web-1", "web-2", "web-3")
        .endsWith("web-49", "web-50")
        .hasSize(50);
    assertThat(page.select("ul a").eachText()).containsExactly("web-9", "web-10");
    assertThat(page.text()).contains("70 more fit and are not listed");
    for (int i = 52; i <= 120; i++) {
      fleet.remove("web-" + i);
    }
    assertThat(search("web").text()).contains("1 more fits and is not listed");
    assertThat(search("be").text()).contains("dc=ber").doesNotContain("not listed");
  }

  @Test
  void aBranchLeadsToItsDeployments() throws IOException {
    assertThat(search("mai").page().select("main a").eachAttr("href"))
        .containsExactly("/ui/deployments?ref=main");
  }

  @Test
  void whatIsCalledByNoNameSaysWhatCanBeFoundAndKeepsTheWords() throws IOException {
    Browser.Answer answer = search("<b>none</b>");
    assertThat(answer.text()).contains("<b>none</b>", "Nothing is called so", "All nodes");
    assertThat(search("").text()).contains("the beginning of a commit");
    assertThat(search("x".repeat(5000)).status()).isEqualTo(200);
  }
}
