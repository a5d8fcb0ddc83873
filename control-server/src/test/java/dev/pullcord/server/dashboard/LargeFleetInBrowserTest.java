package dev.pullcord.server.dashboard;

import static dev.pullcord.server.dashboard.Nodes.NEW;
import static dev.pullcord.server.dashboard.Nodes.OLD;
import static dev.pullcord.server.dashboard.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.Told;
import dev.pullcord.server.dashboard.fleet.FleetPages;
import dev.pullcord.server.security.Principal;
import dev.pullcord.testkit.Needs;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Five thousand nodes in a real browser. It holds the page to sizes, which are the same on every
 * machine, and writes times, which are not, to {@code target/fleet-page.txt}.
 */
class LargeFleetInBrowserTest {
  private static final int NODES = 5000;
  private static final int ROUNDS = 9;
  private static final Path FIGURES = Path.of("target/fleet-page.txt");

  /** Resolves to the moment at which a changed cell has been painted. */
  private static final String PAINTED =
      """
      (id) => {
        window.painted = new Promise((done) => {
          const watch = new MutationObserver(() => {
            watch.disconnect();
            requestAnimationFrame(() => setTimeout(() => done(Date.now())));
          });
          watch.observe(document.getElementById(id), { attributeFilter: ["class"] });
        });
      }
      """;

  /** Resolves once something of the page is painted. */
  private static final String PAINTS =
      """
      () => new Promise((done) =>
        new PerformanceObserver((list) => {
          if (list.getEntriesByName("first-contentful-paint").length > 0) done();
        }).observe({ type: "paint", buffered: true }))
      """;

  private final FakeFleet fleet = new FakeFleet();
  private final List<String> errors = new ArrayList<>();

  @Test
  void fiveThousandNodesAreOneSmallPageAndOneNodeIsOneSmallChange() throws IOException {
    Path chromium = Needs.tool("chromium");
    PlaywrightAssertions.setDefaultAssertionTimeout(90_000);
    fill();
    int port = freePort();
    String base = "http://127.0.0.1:" + port;
    try (Dashboard dashboard = dashboard(base)) {
      dashboard.start();
      Javalin server = server(dashboard).start("127.0.0.1", port);
      try (Playwright playwright = playwright();
          Browser browser = open(playwright, chromium)) {
        BrowserContext person = person(browser);
        Page page = signedIn(person, base);
        Figures figures = new Figures();
        loads(page, base, figures);
        changes(person, page, figures);
        Files.writeString(FIGURES, figures.text());
        assertThat(figures.compressed).isLessThan(150_000);
        assertThat(figures.event).isBetween(100, 6000);
        walks(page);
        picture(page, "fleet-5000");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        picture(page, "fleet-5000-dark");
        filters(page, base);
        assertThat(errors).isEmpty();
      } finally {
        server.stop();
      }
    }
  }

  private void loads(Page page, String base, Figures figures) {
    for (int i = 0; i < ROUNDS; i++) {
      page.navigate(base + "/ui?group=dc");
      assertThat(page.locator(".tiles > a").count()).isEqualTo(NODES);
      page.evaluate(PAINTS);
      figures.paint.add(
          number(page, "performance.getEntriesByName('first-contentful-paint')[0].startTime"));
      figures.loaded.add(
          number(page, "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"));
    }
    figures.whole =
        (int) number(page, "performance.getEntriesByType('navigation')[0].decodedBodySize");
    figures.compressed =
        (int) number(page, "performance.getEntriesByType('navigation')[0].encodedBodySize");
  }

  private void changes(BrowserContext person, Page page, Figures figures) {
    PlaywrightAssertions.assertThat(page.locator("#live")).hasAttribute("data-state", "live");
    page.evaluate(
        "path => { new BroadcastChannel(path).onmessage = ({ data }) => { if (data.patch)"
            + " window.patchSize = JSON.stringify(data.patch).length; }; }",
        page.evaluate(
            "new URL('stream.js', document.querySelector('script[src*=live]').src).pathname"));
    page.evaluate("window.loadedOnce = true");
    CDPSession devTools = person.newCDPSession(page);
    devTools.send("Performance.enable");
    for (int i = 0; i < ROUNDS; i++) {
      page.evaluate(PAINTED, "c-grep-0100");
      double before = scripting(devTools);
      long at = System.currentTimeMillis();
      fleet.put(
          i % 2 == 0
              ? node("grep-0100")
                  .state(NodeState.FAILED, "check exited " + i, Instant.now())
                  .runs(OLD, NEW)
                  .labels(labels(100))
                  .view()
              : converged(100, Instant.now()));
      figures.seen.add(number(page, "window.painted") - at);
      figures.scripting.add(scripting(devTools) - before);
    }
    figures.event = (int) number(page, "window.patchSize");
    assertThat(page.evaluate("window.loadedOnce")).isEqualTo(true);
    PlaywrightAssertions.assertThat(page.locator("#node-grep-0100")).containsText("check exited");
  }

  private static void walks(Page page) {
    page.locator("#filters .chips a").last().focus();
    page.keyboard().press("Tab");
    Locator focused = page.locator(":focus");
    PlaywrightAssertions.assertThat(focused).hasAttribute("id", "c-grep-0001");
    page.keyboard().press("ArrowRight");
    PlaywrightAssertions.assertThat(focused).hasAttribute("id", "c-grep-0003");
    page.keyboard().press("ArrowDown");
    page.keyboard().press("ArrowUp");
    PlaywrightAssertions.assertThat(focused).hasAttribute("id", "c-grep-0003");
    PlaywrightAssertions.assertThat(focused)
        .hasAccessibleName("grep-0003, failed: worker grep exited 1, again in 8 s");
  }

  private void filters(Page page, String base) {
    page.navigate(base + "/ui?selector=dc%3Dsea&state=failed");
    Locator shown = page.locator(".tiles > a:not([hidden])");
    int failed = shown.count();
    assertThat(failed).isBetween(10, 100);
    PlaywrightAssertions.assertThat(page.locator("tbody tr")).hasCount(failed);
    PlaywrightAssertions.assertThat(page.locator("#live")).hasAttribute("data-state", "live");
    fleet.put(
        node("grep-0200")
            .state(NodeState.FAILED, "check exited 1", Instant.now())
            .labels(labels(200))
            .view());
    PlaywrightAssertions.assertThat(shown).hasCount(failed + 1);
    PlaywrightAssertions.assertThat(page.locator("tbody tr")).hasCount(failed + 1);
    PlaywrightAssertions.assertThat(page.locator("#shown")).hasText("" + (failed + 1));
    picture(page, "fleet-5000-filtered");
  }

  private static final class Figures {
    private final List<Double> paint = new ArrayList<>();
    private final List<Double> loaded = new ArrayList<>();
    private final List<Double> seen = new ArrayList<>();
    private final List<Double> scripting = new ArrayList<>();
    private int whole;
    private int compressed;
    private int event;

    String text() {
      return String.format(
          Locale.ROOT,
          """
          the page                              %d KB, %d KB compressed
          first contentful paint                %s
          DOMContentLoaded                      %s
          one node changes: the event           %d bytes
          one node changes: script, style, layout  %s
          one node changes: from the change to the painted cell  %s
          """,
          whole / 1000,
          compressed / 1000,
          millis(paint),
          millis(loaded),
          event,
          millis(scripting),
          millis(seen));
    }

    private static String millis(List<Double> values) {
      List<Double> sorted = values.stream().sorted().toList();
      return String.format(
          Locale.ROOT,
          "%.0f ms (%.0f–%.0f)",
          sorted.get(sorted.size() / 2),
          sorted.getFirst(),
          sorted.getLast());
    }
  }

  private static double scripting(CDPSession devTools) {
    double sum = 0;
    JsonObject answer = devTools.send("Performance.getMetrics");
    for (JsonElement metric : answer.getAsJsonArray("metrics")) {
      String name = metric.getAsJsonObject().get("name").getAsString();
      if (List.of("ScriptDuration", "RecalcStyleDuration", "LayoutDuration").contains(name)) {
        sum += metric.getAsJsonObject().get("value").getAsDouble() * 1000;
      }
    }
    return sum;
  }

  private static double number(Page page, String script) {
    return ((Number) page.evaluate(script)).doubleValue();
  }

  private static void picture(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/" + name + ".png")));
  }

  private void fill() {
    Instant now = Instant.now();
    fleet.head("main", NEW, "Match card numbers", "Ines Duarte", "rosa", now.minusSeconds(128));
    for (int i = 0; i < NODES; i++) {
      fleet.put(
          i % 97 == 3
              ? node("grep-%04d".formatted(i))
                  .state(
                      NodeState.FAILED, "worker grep exited 1, again in 8 s", now.minusSeconds(i))
                  .runs(OLD, NEW)
                  .labels(labels(i))
                  .view()
              : converged(i, now));
    }
  }

  private static NodeView converged(int i, Instant now) {
    return node("grep-%04d".formatted(i))
        .state(NodeState.CONVERGED, "runs 3f2a91c, health passed", now.minusSeconds(120 + i))
        .generation(4, 48_200L + i, GenerationPhase.CONSUMING, now.minusSeconds(8000 + i))
        .labels(labels(i))
        .seen(now.minusSeconds(i % 60))
        .view();
  }

  private static Map<String, String> labels(int i) {
    return Map.of("role", "grep", "dc", i % 2 == 0 ? "sea" : "fra");
  }

  private Dashboard dashboard(String base) {
    return new Dashboard(
        Dashboard.Entrance.of(
            token ->
                token.equals("look")
                    ? Optional.of(new Principal("rosa", Principal.Role.VIEWER))
                    : Optional.empty(),
            new Told(),
            Instant::now),
        new Dashboard.Addresses(
            URI.create(base),
            URI.create("https://pullcord.example:8421"),
            "fleet",
            "main",
            FleetBadge.NONE),
        Instant::now,
        List.of(new FleetPages(fleet)));
  }

  private static Javalin server(Dashboard dashboard) {
    return Javalin.create(config -> {
      config.startup.showJavalinBanner = false;
      config.http.compressionStrategy = CompressionStrategy.NONE;
      PageAccess.register(dashboard, config.routes);
    });
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Playwright playwright() {
    return Playwright.create(
        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
  }

  private static Browser open(Playwright playwright, Path chromium) {
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
                        "--disable-component-update",
                        "--disable-dev-shm-usage",
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-sync")));
  }

  private BrowserContext person(Browser browser) {
    BrowserContext person =
        browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900));
    person.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        errors.add(message.text());
      }
    });
    person.onWebError(error -> errors.add(error.error()));
    return person;
  }

  private static Page signedIn(BrowserContext person, String base) {
    Page page = person.newPage();
    page.navigate(base + "/ui");
    page.fill("#token", "look");
    page.click("main button");
    page.waitForURL(base + "/ui");
    return page;
  }
}
