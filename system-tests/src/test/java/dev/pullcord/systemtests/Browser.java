package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import dev.pullcord.testkit.Needs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Debian's Chromium without a screen. It trusts the servers of these tests, which sign for
 * themselves, and writes down every error of every page.
 */
final class Browser implements AutoCloseable {
  private final Playwright playwright;
  private final com.microsoft.playwright.Browser browser;
  private final List<String> errors = new ArrayList<>();

  Browser() {
    Path chromium = Needs.tool("chromium");
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium)
                    .setHeadless(true)
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--ignore-certificate-errors",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-dev-shm-usage",
                            "--disable-gpu",
                            "--no-first-run",
                            "--disable-sync")));
  }

  /** Somebody's browser: its own cookies. */
  BrowserContext person(int width, int height, ColorScheme scheme) {
    return person(
        new com.microsoft.playwright.Browser.NewContextOptions()
            .setViewportSize(width, height)
            .setColorScheme(scheme));
  }

  /** The same without JavaScript. */
  BrowserContext personWithoutScripts() {
    return person(
        new com.microsoft.playwright.Browser.NewContextOptions().setJavaScriptEnabled(false));
  }

  private BrowserContext person(com.microsoft.playwright.Browser.NewContextOptions options) {
    BrowserContext context = browser.newContext(options.setIgnoreHTTPSErrors(true));
    context.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        errors.add(message.text());
      }
    });
    context.onWebError(error -> errors.add(error.error()));
    return context;
  }

  /** Signs in and returns the fleet page. */
  static Page signedIn(BrowserContext person, String url, String token) {
    Page page = person.newPage();
    page.navigate(url + "/ui");
    assertThat(page.url()).endsWith("/ui/sign-in");
    page.fill("#token", token);
    page.click("main button");
    page.waitForURL(url + "/ui");
    return page;
  }

  /** What any page said on its console that is an error; empties it. */
  List<String> errors() {
    List<String> said = List.copyOf(errors);
    errors.clear();
    return said;
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
