package dev.pullcord.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.server.dashboard.search.SearchPages;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a browser gets to that comes from a link, or goes to an address that has no page. */
class WaysInAndOutTest {
  @TempDir Path directory;
  private Store store;
  private Browser browser;
  private String token;

  @BeforeEach
  void start() {
    store = TestStore.open(directory.resolve("store.db"));
    ManualClock clock = ManualClock.atNewYear();
    ApiTokens tokens = new ApiTokens(store, clock);
    browser = new Browser(tokens, clock, new SearchPages(new FakeFleet()));
    token =
        tokens
            .create(
                new Principal("init", Principal.Role.ADMIN),
                new TokenView.Request("ann", "viewer", null))
            .token();
  }

  @AfterEach
  void stop() {
    browser.close();
    store.close();
  }

  private Browser.Answer signInAt(String page) throws IOException {
    Browser.Answer form = browser.get(page);
    return browser.post(
        "/ui/sign-in",
        "form",
        form.page().select("input[name=form]").attr("value"),
        "next",
        form.page().select("input[name=next]").attr("value"),
        "token",
        token);
  }

  @Test
  void whoFollowsALinkIsThereAfterSigningIn() throws IOException {
    Browser.Answer asked = browser.get("/ui/search?q=grep%20one&x=%22");
    assertThat(asked.status()).isEqualTo(303);
    assertThat(asked.location()).startsWith("/ui/sign-in?next=");
    assertThat(signInAt(asked.location()).location()).isEqualTo("/ui/search?q=grep%20one&x=%22");
  }

  @Test
  void aWrongTokenDoesNotLoseTheWay() throws IOException {
    String form = browser.get("/ui/sign-in").page().select("input[name=form]").attr("value");
    Browser.Answer again =
        browser.post("/ui/sign-in", "form", form, "next", "/ui/pins", "token", "wrong");
    assertThat(again.status()).isEqualTo(401);
    assertThat(again.page().select("input[name=next]").attr("value")).isEqualTo("/ui/pins");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/ui/\\evil",
        "/uievil",
        "/ui/\r\nSet-Cookie: x=y",
        "javascript:alert(1)",
        ""
      })
  void nobodyIsLedElsewhereByALink(String next) throws IOException {
    String path = "/ui/sign-in?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
    assertThat(signInAt(path).location()).isEqualTo("/ui");
  }

  @Test
  void anAddressWithoutAPageIsAPageThatSaysSo() throws IOException {
    browser.signIn(token);
    Browser.Answer answer = browser.open("/ui/nothing-here");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.page().title()).startsWith("Not found");
    assertThat(answer.page().select("main input[type=search]")).hasSize(1);
    assertThat(answer.page().select("nav.sections a")).isNotEmpty();
    assertThat(browser.open("/nothing-here").page().title()).startsWith("Not found");
  }

  @Test
  void whoIsNotSignedInLearnsNothingMore() throws IOException {
    Browser.Answer answer = browser.open("/ui/nothing-here");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.page().select("nav.sections a")).isEmpty();
    assertThat(answer.page().select("main a").attr("href")).isEqualTo("/ui/sign-in");
  }

  @Test
  void aProgramGetsTheDocument() throws IOException {
    assertThat(browser.get("/ui/nothing-here").text()).contains("\"code\":\"NOT_FOUND\"");
    assertThat(browser.open("/api/v1/nothing").text()).contains("\"code\":\"NOT_FOUND\"");
  }
}
