package dev.pullcord.server.dashboard.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.server.Told;
import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.dashboard.Payloads;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsPagesTest {
  private static final String PAGE = "/ui/settings";
  private static final Principal INIT = new Principal("init", Principal.Role.ADMIN);

  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();
  private final Told told = new Told();
  private String word = "harmless";
  private Store store;
  private ApiTokens tokens;
  private Browser browser;

  @BeforeEach
  void start() {
    store = TestStore.open(directory.resolve("store.db"));
    tokens = new ApiTokens(store, clock);
    browser = new Browser(told, tokens, clock, new SettingsPages(this::facts, tokens));
  }

  @AfterEach
  void stop() {
    browser.close();
    store.close();
  }

  private List<Fact.Group> facts() {
    return List.of(
        new Fact.Group(
            word, List.of(Fact.of(word, word, word), Fact.exact(word, word, word).by(word))));
  }

  private String token(String name, String ttl) {
    return tokens.create(INIT, new TokenView.Request(name, "operator", ttl)).token();
  }

  @Test
  void saysWhoTheReaderIsAndUntilWhen() throws IOException {
    browser.signIn(token("ann", "90d"));
    clock.advance(Duration.ofMinutes(5));
    String you = browser.get(PAGE).page().select("[aria-label=You]").text();
    assertThat(you)
        .contains("Name ann")
        .contains("Role operator may also push, pin, follow and retry")
        .contains("Token made 5m ago by init, expires in 90d");
  }

  @Test
  void everybodyWhoIsSignedInReadsItAndNobodyElse() throws IOException {
    assertThat(browser.get(PAGE).status()).isEqualTo(303);
    browser.signIn("bob", "viewer");
    Browser.Answer answer = browser.get(PAGE);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.page().select("nav a").eachText()).endsWith("Settings");
    assertThat(answer.page().select("[aria-label=harmless] .key").text()).isEqualTo("harmless");
  }

  @Test
  void otherBrowsersAreListedAndSignedOut() throws IOException {
    String ann = token("ann", "1d");
    browser.signIn(ann);
    String first = browser.cookie();
    clock.advance(Duration.ofMinutes(10));
    browser.signIn(token("bob", "1d"));
    String bob = browser.cookie();
    browser.signIn(ann);

    assertThat(browser.get(PAGE).page().select("[aria-label=Browsers] tbody tr").eachText())
        .containsExactly("now this one now 127.0.0.1", "10m ago 10m ago 127.0.0.1");
    assertThat(browser.submit("/ui/sign-out-others").status()).isEqualTo(303);
    assertThat(told.entries().getLast().subject()).isEqualTo("one other browser");
    Browser.Answer after = browser.get(PAGE);
    assertThat(after.page().select(".note.good").text())
        .isEqualTo("You are signed in with this browser alone.");
    assertThat(after.page().select("[aria-label=Browsers] tbody tr")).hasSize(1);
    assertThat(after.page().select("form[action=/ui/sign-out-others]")).isEmpty();

    browser.become(first);
    assertThat(browser.get(PAGE).status()).isEqualTo(303);
    browser.become(bob);
    assertThat(browser.get(PAGE).status()).isEqualTo(200);
  }

  @Test
  void formThatIsNotOursSignsNobodyOut() throws IOException {
    browser.signIn("ann", "viewer");
    assertThat(browser.post("/ui/sign-out-others", "form", "x").status()).isEqualTo(403);
    assertThat(browser.get(PAGE).status()).isEqualTo(200);
  }

  private Document pageThatSays(String text) throws IOException {
    word = text;
    return browser.get(PAGE).page();
  }

  @Test
  void everyPayloadInEveryTextIsTextAndNothingElse() throws IOException {
    browser.signIn("ann", "viewer");
    Document harmless = pageThatSays("harmless");
    for (String payload : Payloads.all()) {
      Document page = pageThatSays(payload);
      assertThat(Payloads.shape(page)).as(payload).isEqualTo(Payloads.shape(harmless));
      assertThat(Payloads.timesSaid(page, payload))
          .as(payload)
          .isEqualTo(Payloads.timesSaid(harmless, "harmless"))
          .isEqualTo(8);
    }
  }
}
