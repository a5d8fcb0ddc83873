package dev.pullcord.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.server.dashboard.settings.SettingsPages;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import dev.pullcord.testkit.Needs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A screen on a wall that is opened with its token, and the head of a narrow page. */
class WallInBrowserTest {
  private static final Principal INIT = new Principal("init", Principal.Role.ADMIN);

  @TempDir Path directory;

  /** A dashboard and a page of a browser that shows nothing yet. */
  private record Opened(ApiTokens tokens, String address, Page page) {
    String token(String role) {
      return tokens.create(INIT, new TokenView.Request("a-" + role, role, null)).token();
    }
  }

  private void with(Consumer<Opened> test) {
    Path chromium = Needs.tool("chromium");
    PlaywrightAssertions.setDefaultAssertionTimeout(90_000);
    ManualClock clock = ManualClock.atNewYear();
    try (Store store = TestStore.open(directory.resolve("store.db"))) {
      ApiTokens tokens = new ApiTokens(store, clock);
      try (Browser server = new Browser(tokens, clock, new SettingsPages(List::of, tokens));
          Playwright playwright =
              Playwright.create(
                  new Playwright.CreateOptions()
                      .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
          com.microsoft.playwright.Browser browser =
              playwright
                  .chromium()
                  .launch(
                      new BrowserType.LaunchOptions()
                          .setTimeout(90_000)
                          .setExecutablePath(chromium)
                          .setArgs(List.of("--no-sandbox")))) {
        test.accept(new Opened(tokens, server.address(), browser.newPage()));
      }
    }
  }

  @Test
  void theTokenOpensTheWallAndStandsInNoAddressAfterwards() {
    with(opened -> {
      Page page = opened.page();
      List<String> asked = new ArrayList<>();
      page.onRequest(request -> asked.add(request.url()));
      String token = opened.token("wall");

      page.navigate(opened.address() + "/ui/wall?group=dc#token=" + token);
      page.waitForURL(opened.address() + "/ui/wall?group=dc");
      PlaywrightAssertions.assertThat(page.locator(".headline")).isVisible();
      assertThat(asked).noneMatch(url -> url.contains(token));

      page.navigate(opened.address() + "/ui/wall#token=" + token);
      PlaywrightAssertions.assertThat(page).hasURL(opened.address() + "/ui/wall");
    });
  }

  @Test
  void aTokenThatMayMoreIsNotTakenFromAnAddress() {
    with(opened -> {
      Page page = opened.page();
      page.navigate(opened.address() + "/ui/wall#token=" + opened.token("admin"));
      PlaywrightAssertions.assertThat(page.locator(".wrong")).containsText("does not work here");
      assertThat(page.url()).doesNotContain("pct_");
    });
  }

  @Test
  void aNarrowPageHasOneRowAtTheTopWithAMenuOfThePages() {
    with(opened -> {
      Page page = opened.page();
      page.navigate(opened.address() + "/ui/sign-in");
      page.fill("#token", opened.token("viewer"));
      page.click("main button");
      PlaywrightAssertions.assertThat(page.locator(".burger")).isHidden();
      page.setViewportSize(390, 844);
      PlaywrightAssertions.assertThat(page.locator("nav.sections")).isHidden();
      assertThat(page.locator(".top").boundingBox().height).isLessThan(60);

      page.click(".burger");
      page.click("nav.sections a[href='/ui/settings']");
      PlaywrightAssertions.assertThat(page).hasURL(opened.address() + "/ui/settings");
    });
  }
}
