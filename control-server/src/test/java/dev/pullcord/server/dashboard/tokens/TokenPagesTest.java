package dev.pullcord.server.dashboard.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.TokenView;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenPagesTest {
  private static final String PAGE = "/ui/tokens";

  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();
  private Store store;
  private ApiTokens tokens;
  private Browser browser;

  @BeforeEach
  void start() {
    store = TestStore.open(directory.resolve("store.db"));
    tokens = new ApiTokens(store, clock);
    browser = new Browser(tokens, clock, new TokenPages(tokens));
  }

  @AfterEach
  void stop() {
    browser.close();
    store.close();
  }

  private String make(String name, String ttl) throws IOException {
    Browser.Answer made = browser.submit(PAGE, "name", name, "role", "operator", "ttl", ttl);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return made.page().select("#token").text();
  }

  @Test
  void aTokenIsShownOnceAndWorksUntilItIsRevoked() throws IOException {
    browser.signIn("first", "admin");
    String token = make("ann", "90d");
    assertThat(tokens.authenticate(token)).isPresent();
    Browser.Answer again = browser.get(PAGE);
    assertThat(again.text()).contains("ann operator now by first in 90d").doesNotContain(token);

    assertThat(browser.submit(PAGE + "/ann/revoke").status()).isEqualTo(303);
    assertThat(tokens.authenticate(token)).isEmpty();
    assertThat(browser.get(PAGE).text()).contains("The token ann is revoked");
  }

  @Test
  void aBrowsersSessionEndsWhenItsTokenIsRevoked() throws IOException {
    browser.signIn("first", "admin");
    browser.signIn("second", "admin");
    assertThat(browser.get("/ui").status()).isEqualTo(200);
    tokens.revoke(new Principal("first", Principal.Role.ADMIN), "second");
    assertThat(browser.get("/ui").status()).isEqualTo(303);
    assertThat(browser.submit(PAGE, "name", "x", "role", "admin").status()).isEqualTo(303);
  }

  @Test
  void aBrowsersSessionEndsWhenItsTokenExpires() throws IOException {
    browser.signIn("first", "admin");
    browser.signIn(make("ann", "1h"));
    assertThat(browser.get("/ui").status()).isEqualTo(200);
    clock.advance(Duration.ofMinutes(60));
    assertThat(browser.get("/ui").status()).isEqualTo(303);
  }

  @Test
  void theLastAdminTokenStaysAndThePageSaysWhy() throws IOException {
    browser.signIn("first", "admin");
    assertThat(browser.submit(PAGE + "/first/revoke").status()).isEqualTo(303);
    assertThat(browser.get(PAGE).page().select(".note.bad").text())
        .contains("first is the last admin token that does not expire");
  }

  @Test
  void everyPayloadInEveryTextIsTextAndNothingElse() throws IOException {
    browser.signIn("first", "admin");
    List<Document> harmless = pagesThatSay("harmless");
    assertThat(Payloads.timesSaid(harmless.getFirst(), "harmless")).isGreaterThanOrEqualTo(2);
    assertThat(Payloads.timesSaid(harmless.get(1), "harmless")).isGreaterThanOrEqualTo(4);
    for (String payload : Payloads.all()) {
      Payloads.assertHarmless(payload, pagesThatSay(payload), harmless);
    }
  }

  /** A list with a token of that name, as an older version may have kept, and a form with it. */
  private List<Document> pagesThatSay(String text) throws IOException {
    store.write(tables -> {
      var rows = tables.apiTokens();
      rows.remove("0123456789ab");
      // With a space before it, it is the first of the list, whatever it is.
      rows.insert(
          new dev.pullcord.server.store.ApiTokenTable.StoredToken(
              "0123456789ab", " " + text, "viewer", "ab".repeat(32), clock.instant(), text, null));
      return 0;
    });
    Browser.Answer refused = browser.submit(PAGE, "name", text, "role", "viewer", "ttl", text);
    assertThat(refused.status()).isEqualTo(400);
    return List.of(browser.get(PAGE).page(), refused.page());
  }

  @Test
  void whatCannotBeIsSaidBesideWhatWasTyped() throws IOException {
    browser.signIn("first", "admin");
    Browser.Answer answer =
        browser.submit(PAGE, "name", "<script>", "role", "operator", "ttl", "1h");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.page().select(".wrong").text()).contains("\"<script>\" is not a name");
    assertThat(answer.page().select("input[name=name]").attr("value")).isEqualTo("<script>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"viewer", "operator"})
  void othersThanAdminsNeitherSeeNorChangeTokens(String role) throws IOException {
    browser.signIn("ann", role);
    assertThat(browser.get("/ui").page().select("nav a[href=/ui/tokens]")).isEmpty();
    assertThat(browser.get(PAGE).status()).isEqualTo(403);
    assertThat(browser.submit(PAGE, "name", "x", "role", "admin").status()).isEqualTo(403);
    assertThat(browser.submit(PAGE + "/ann/revoke").status()).isEqualTo(403);
    assertThat(tokens.list()).extracting(TokenView::name).containsExactly("ann");
  }

  @Test
  void aFormThatIsNotOursChangesNothing() throws IOException {
    browser.signIn("first", "admin");
    assertThat(browser.post(PAGE, "form", "x", "name", "evil", "role", "admin").status())
        .isEqualTo(403);
    assertThat(browser.post(PAGE + "/first/revoke").status()).isEqualTo(403);
    assertThat(tokens.list()).extracting(TokenView::name).containsExactly("first");
  }
}
