package dev.pullcord.server.dashboard.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.server.dashboard.Browser;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of the settings in a real browser: the theme, the zone, and two browsers of a person.
 */
class SettingsInBrowserTest {
  private static final String GROUND = "getComputedStyle(document.body).backgroundColor";
  private static final String DARK = "rgb(14, 17, 22)";
  private static final String LIGHT = "rgb(247, 248, 250)";

  @TempDir Path directory;
  private final List<String> errors = new ArrayList<>();

  @Test
  void themeIsKeptTheZoneIsTheReadersAndOtherBrowsersAreSignedOut() {
    Path chromium = Needs.tool("chromium");
    PlaywrightAssertions.setDefaultAssertionTimeout(90_000);
    ManualClock clock = ManualClock.atNewYear();
    try (Store store = TestStore.open(directory.resolve("store.db"))) {
      ApiTokens tokens = new ApiTokens(store, clock);
      String token =
          tokens
              .create(
                  new Principal("init", Principal.Role.ADMIN),
                  new TokenView.Request("ann", "viewer", null))
              .token();
      try (Browser server = new Browser(tokens, clock, new SettingsPages(List::of, tokens));
          Playwright playwright =
              Playwright.create(
                  new Playwright.CreateOptions()
                      .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
          com.microsoft.playwright.Browser browser = open(playwright, chromium)) {
        Page page = signedIn(browser, server.address(), token);
        theme(page);
        assertThat(page.textContent("#zone")).isEqualTo("Asia/Tokyo");
        othersAreSignedOut(page, signedIn(browser, server.address(), token));
        assertThat(errors).isEmpty();
      }
    }
  }

  private static void theme(Page page) {
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    assertThat(page.isChecked("input[value=auto]")).isTrue();
    assertThat(page.evaluate(GROUND)).isEqualTo(LIGHT);
    page.check("input[value=dark]");
    assertThat(page.evaluate(GROUND)).isEqualTo(DARK);
    page.reload();
    assertThat(page.isChecked("input[value=dark]")).isTrue();
    assertThat(page.evaluate(GROUND)).isEqualTo(DARK);
    page.click("#theme");
    assertThat(page.isChecked("input[value=light]")).isTrue();
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    assertThat(page.evaluate(GROUND)).isEqualTo(LIGHT);
    page.check("input[value=auto]");
    assertThat(page.evaluate(GROUND)).isEqualTo(DARK);
    page.reload();
    assertThat(page.isChecked("input[value=auto]")).isTrue();
  }

  private static void othersAreSignedOut(Page one, Page other) {
    one.reload();
    assertThat(one.locator("[aria-label=Browsers] tbody tr").count()).isEqualTo(2);
    one.click("form[action='/ui/sign-out-others'] button");
    assertThat(one.locator("[aria-label=Browsers] tbody tr").count()).isEqualTo(1);
    other.reload();
    assertThat(other.url()).endsWith("/ui/sign-in?next=%2Fui%2Fsettings");
  }

  private static com.microsoft.playwright.Browser open(Playwright playwright, Path chromium) {
    return playwright
        .chromium()
        .launch(
            new BrowserType.LaunchOptions()
                .setTimeout(90_000)
                .setExecutablePath(chromium)
                .setArgs(
                    List.of(
                        "--no-sandbox",
                        "--disable-background-networking",
                        "--disable-dev-shm-usage",
                        "--disable-gpu",
                        "--no-first-run")));
  }

  private Page signedIn(com.microsoft.playwright.Browser browser, String base, String token) {
    BrowserContext person =
        browser.newContext(
            new com.microsoft.playwright.Browser.NewContextOptions().setTimezoneId("Asia/Tokyo"));
    person.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        errors.add(message.text());
      }
    });
    person.onWebError(error -> errors.add(error.error()));
    Page page = person.newPage();
    page.navigate(base + "/ui");
    page.fill("#token", token);
    page.click("main button");
    page.waitForURL(base + "/ui");
    page.navigate(base + "/ui/settings");
    return page;
  }
}
