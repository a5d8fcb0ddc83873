package dev.pullcord.server.dashboard.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.audit.AuditLog;
import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.dashboard.Payloads;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditPagesTest {
  private static final String PAGE = "/ui/audit";
  private static final AuditTable.Source FAR =
      new AuditTable.Source(AuditTable.Way.API, "192.0.2.1");

  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();
  private Store store;
  private AuditLog log;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    store = TestStore.open(directory.resolve("store.db"));
    log = new AuditLog(store, clock);
    browser = new Browser(log, new ApiTokens(store, clock), clock, new AuditPages(log));
    browser.signIn("ann", "operator");
  }

  @AfterEach
  void stop() {
    browser.close();
    store.close();
  }

  private void write(AuditTable.Act... entries) {
    store.write(tables -> {
      List.of(entries).forEach(tables.audit()::append);
      return 0;
    });
  }

  private AuditTable.Act did(String who, String what, String subject) {
    return new AuditTable.Act(clock.instant(), who, FAR, what, subject, null, "x", false, 1);
  }

  private List<String> sentences(String query) throws IOException {
    Browser.Answer answer = browser.get(PAGE + query);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.page().select(".records th p:first-child").eachText();
  }

  @Test
  void signInThatFailedAndOneThatWorkedAreOnThePage() throws IOException {
    browser.signIn("my-guess");
    browser.signIn("bob", "operator");
    Browser.Answer answer = browser.get(PAGE);
    assertThat(answer.page().select(".records tbody tr").eachText().getFirst())
        .isEqualTo("now bob signed in sign-in dashboard 127.0.0.1");
    assertThat(sentences("?action=sign-in"))
        .containsExactly(
            "bob signed in",
            "✗somebody could not sign in: the token does not work here",
            "ann signed in");
    assertThat(answer.text()).doesNotContain("my-guess");
  }

  @Test
  void filtersInTheAddressNarrowItAndStayInTheForm() throws IOException {
    write(did("bob", "pin", "grep-1"), did("bob", "follow", "grep-2"));
    clock.advance(Duration.ofMinutes(90));
    write(did("cid", "pin", "grep-1"));
    assertThat(sentences("?who=bob"))
        .containsExactly("bob made grep-2 follow x in place of nothing", "bob pinned grep-1 to x");
    assertThat(sentences("?who=bob&action=pin")).containsExactly("bob pinned grep-1 to x");
    assertThat(sentences("?on=grep-1&since=1h")).containsExactly("cid pinned grep-1 to x");
    assertThat(sentences("?on=grep-1&since=2026-01-01T00:00:00Z")).hasSize(2);
    assertThat(sentences("?outcome=refused")).isEmpty();

    Document page = browser.get(PAGE + "?who=bob&action=custom&since=90m&outcome=done").page();
    assertThat(page.select("input[name=who]").attr("value")).isEqualTo("bob");
    assertThat(page.select("input[name=action]").attr("value")).isEqualTo("custom");
    assertThat(page.select(".chips [aria-current]").eachText()).containsExactly("done", "90m");
    assertThat(page.select(".chips a").eachAttr("href"))
        .contains(PAGE + "?who=bob&action=custom&since=90m&outcome=refused");
    assertThat(page.select("select")).as("what is chosen acts at once").isEmpty();
    assertThat(page.select(".cli code").text())
        .isEqualTo("pullcord audit --who bob --action custom --since 90m --outcome done");
    assertThat(page.text()).contains("No record is like that");
  }

  @Test
  void namesInASentenceLeadToMoreAboutThem() throws IOException {
    write(
        did("ada", "retry", "a"),
        new AuditTable.Act(clock.instant(), "x", "node.join", "x", "", ""));
    Document page = browser.get(PAGE).page();
    assertThat(page.select(".records th a").eachText()).startsWith("x", "ada", "a");
    assertThat(page.select(".records th a").eachAttr("href"))
        .startsWith("/ui/audit?who=x", "/ui/audit?who=ada", "/ui/audit?on=a");
    assertThat(sentences("?on=a")).containsExactly("ada let a try again what it had given up");
  }

  @Test
  void olderOnesAreAPageAway() throws IOException {
    for (int i = 0; i < 120; i++) {
      write(did("bob", "retry", "n-" + i));
    }
    Document first = browser.get(PAGE + "?who=bob").page();
    assertThat(first.select(".records tbody tr")).hasSize(AuditPages.ROWS);
    String older = first.select("a.more-link").attr("href");
    assertThat(sentences(older.substring(PAGE.length()))).hasSize(AuditPages.ROWS);
    Document second = browser.get(older).page();
    assertThat(second.select("a.more-link").eachText()).containsExactly("The newest", "Older ones");
    Document last = browser.get(second.select("a.more-link").eachAttr("href").getLast()).page();
    assertThat(last.select(".records tbody tr")).hasSize(20);
    assertThat(last.select("a.more-link").eachText()).containsExactly("The newest");
  }

  @Test
  void whatCannotBeAskedForIsRefusedWithTheReason() throws IOException {
    for (String query :
        List.of("?since=yesterday", "?outcome=maybe", "?before=x", "?who=" + "x".repeat(300))) {
      assertThat(browser.get(PAGE + query).status()).as(query).isEqualTo(400);
    }
    assertThat(browser.get(PAGE + "?since=yesterday").text())
        .contains("\"yesterday\" is neither a time ago, like 2h or 7d, nor like 2026-");
  }

  @Test
  void viewersDoNotSeeIt() throws IOException {
    browser.signIn("bob", "viewer");
    assertThat(browser.get("/ui").page().select("nav a[href=/ui/audit]")).isEmpty();
    assertThat(browser.get(PAGE).status()).isEqualTo(403);
    browser.signIn("cid", "operator");
    assertThat(sentences("?who=bob"))
        .contains("✗bob was refused /ui/audit: GET needs the role operator, not viewer");
  }

  private Document pageThatSays(String word) throws IOException {
    AuditTable.Source from = new AuditTable.Source(AuditTable.Way.AGENTS, word);
    write(
        new AuditTable.Act(clock.instant(), word, from, "pin", word, word, word, false, 1),
        new AuditTable.Act(clock.instant(), word, from, word, word, word, word, true, 2));
    String same = URLEncoder.encode(word, StandardCharsets.UTF_8);
    String fields = "?who=" + same + "&on=" + same;
    return browser.get(PAGE + fields).page();
  }

  @Test
  void everyPayloadInEveryTextIsTextAndNothingElse() throws IOException {
    Document harmless = pageThatSays("harmless");
    assertThat(harmless.select(".records tbody tr")).hasSize(2);
    for (String payload : Payloads.all()) {
      Document page = pageThatSays(payload);
      assertThat(Payloads.shape(page)).as(payload).isEqualTo(Payloads.shape(harmless));
      assertThat(Payloads.timesSaid(page, payload))
          .as(payload)
          .isEqualTo(Payloads.timesSaid(harmless, "harmless"))
          .isGreaterThanOrEqualTo(8);
      assertThat(page.select(".records th p:first-child").eachText().getLast())
          .contains(payload.strip().replaceAll("\\s+", " "));
      assertThat(page.select("input[name=who]").attr("value")).isEqualTo(payload.strip());
    }
  }
}
