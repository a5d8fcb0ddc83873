package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.testkit.Needs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Debian's Chromium without a screen, for all tests of a class. It trusts the servers of these
 * tests, which sign for themselves, and writes down every error of every page. After each test
 * everybody leaves, and the fleet that they looked at is closed; one that all tests of the class
 * look at, after the last of them.
 */
final class Browser implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  /** Texts with too little contrast by WCAG 2.2 AA, as "ratio tag text". */
  private static final String TOO_FAINT =
      """
      () => {
        const parse = (c) => (c.match(/[\\d.]+/g) ?? []).map(Number);
        const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
          .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const ground = (e) => {
          for (; e; e = e.parentElement) {
            const c = parse(getComputedStyle(e).backgroundColor);
            if (c.length === 3 || c[3] === 1) return c;
          }
          return [255, 255, 255];
        };
        const shine = (e) => e ? getComputedStyle(e).opacity * shine(e.parentElement) : 1;
        const found = [];
        for (const e of document.body.querySelectorAll("*")) {
          const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
          if (!own || !e.checkVisibility()) continue;
          const style = getComputedStyle(e);
          const under = ground(e), part = shine(e);
          const ink = parse(style.color).map((v, i) => v * part + under[i] * (1 - part));
          const one = light(ink), other = light(under);
          const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
          const large = parseFloat(style.fontSize) >= 24;
          if (ratio < (large ? 3 : 4.5)) {
            found.push(ratio.toFixed(2) + " " + e.tagName + " " + e.textContent.trim());
          }
        }
        return found;
      }
      """;

  /** A control as it is read out, when nothing is read out but what kind it is. */
  private static final Pattern NAMELESS =
      Pattern.compile(
          "\\s*- (button|link|textbox|searchbox|combobox|checkbox|radio|spinbutton)( \\[.*)?:?");

  /** For anything that a page is to come to: it only ends what hangs. */
  private static final double PATIENCE_MILLIS = 90_000;

  private final List<String> errors = new ArrayList<>();
  private @Nullable Playwright playwright;
  private com.microsoft.playwright.@Nullable Browser browser;
  private @Nullable LocalFleet fleet;
  private @Nullable LocalFleet common;

  @Override
  public void beforeAll(ExtensionContext context) {
    Path chromium = Needs.tool("chromium");
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setTimeout(PATIENCE_MILLIS)
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
                            "--renderer-process-limit=1",
                            "--disable-sync")));
  }

  /** That fleet is closed after the test. */
  LocalFleet of(LocalFleet running) {
    fleet = running;
    return running;
  }

  /** That fleet is closed after the last test of the class. */
  LocalFleet ofAll(LocalFleet running) {
    common = running;
    return running;
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
    BrowserContext context =
        Objects.requireNonNull(browser)
            .newContext(options.setIgnoreHTTPSErrors(true).setReducedMotion(ReducedMotion.REDUCE));
    context.setDefaultTimeout(PATIENCE_MILLIS);
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

  /** Goes to a page by the navigation, which a narrow window has in a menu. */
  static void section(Page page, String path) {
    if (page.locator(".burger").isVisible()) {
      page.click(".burger");
    }
    page.click("nav a[href='" + path + "']");
  }

  /** Texts with too little contrast. */
  static List<?> tooFaint(Page page) {
    return (List<?>) page.evaluate(TOO_FAINT);
  }

  /** Controls without a name for those who do not see them. */
  static List<String> nameless(Page page) {
    return page.locator("body")
        .ariaSnapshot()
        .lines()
        .filter(line -> NAMELESS.matcher(line).matches())
        .toList();
  }

  /** Whether nothing is wider than the screen. */
  static boolean fits(Page page) {
    return (boolean)
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth");
  }

  /** The same while the page has lost its server, which the head then says. */
  static boolean fitsWithoutServer(Page page) {
    return (boolean)
        page.evaluate(
            """
            () => {
            const live = document.getElementById('live');
            if (live === null) return true;
            const word = document.getElementById('live-word');
            const before = [live.dataset.state, word.textContent];
            live.dataset.state = 'reconnecting';
            word.textContent = 'reconnecting, as of 42s ago';
            const root = document.documentElement;
            const fits = root.scrollWidth <= root.clientWidth;
            [live.dataset.state, word.textContent] = before;
            return fits;
            }
            """);
  }

  /** The tables that have to be scrolled sideways to be read. */
  @SuppressWarnings("unchecked")
  static List<String> sideways(Page page) {
    return (List<String>)
        page.evaluate(
            """
            () => {
            const folded = [...document.querySelectorAll('details:not([open])')]
              .filter(part => part.querySelector('table'));
            folded.forEach(part => { part.open = true; });
            const wide = [...document.querySelectorAll('table')].filter(table => {
              const box = table.parentElement;
              return box.scrollWidth > box.clientWidth + 1;
            }).map(table => table.className + ': ' + table.innerText.slice(0, 40));
            folded.forEach(part => { part.open = false; });
            return wide;
            }
            """);
  }

  /** The links of the head that are cut off. */
  @SuppressWarnings("unchecked")
  static List<String> cutOff(Page page) {
    return (List<String>)
        page.evaluate(
            """
            [...document.querySelectorAll('nav.sections')]
              .filter(nav => nav.clientWidth > 0 && nav.scrollWidth > nav.clientWidth + 1)
              .map(nav => nav.lastElementChild.innerText)
            """);
  }

  /**
   * What a field suggests and has no room for, and words that are broken to a few letters a line.
   */
  @SuppressWarnings("unchecked")
  static List<String> squeezed(Page page) {
    return (List<String>)
        page.evaluate(
            """
            () => {
            const folded = [...document.querySelectorAll('main details:not([open])')];
            folded.forEach(part => { part.open = true; });
            const pen = document.createElement('canvas').getContext('2d');
            const fields = [...document.querySelectorAll('main input[placeholder]')];
            const found = fields.filter(field => {
              const style = getComputedStyle(field);
              pen.font = style.font;
              const room = field.clientWidth - 2 * parseFloat(style.paddingLeft);
              return field.checkVisibility() && pen.measureText(field.placeholder).width > room + 1;
            }).map(field => field.placeholder);
            for (const part of document.querySelectorAll('main *')) {
              if (!part.checkVisibility()) continue;
              for (const text of [...part.childNodes].filter(n => n.nodeType === 3)) {
                const range = document.createRange();
                range.selectNodeContents(text);
                const lines = new Set([...range.getClientRects()].map(r => Math.round(r.top))).size;
                const words = text.data.trim();
                if (lines > 2 && words.length / lines < 6) found.push(words.slice(0, 40));
              }
            }
            folded.forEach(part => { part.open = false; });
            return found;
            }
            """);
  }

  /** What any page said on its console that is an error; empties it. */
  List<String> errors() {
    List<String> said = List.copyOf(errors);
    errors.clear();
    return said;
  }

  /** Everybody goes, so that no page of this test complains in the next one. */
  @Override
  public void afterEach(ExtensionContext context) {
    if (browser != null) {
      browser.contexts().forEach(BrowserContext::close);
    }
    errors.clear();
    LocalFleet ends = fleet;
    fleet = null;
    if (ends != null) {
      ends.close();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (browser != null && playwright != null) {
      browser.close();
      playwright.close();
    }
    if (common != null) {
      common.close();
    }
  }
}
