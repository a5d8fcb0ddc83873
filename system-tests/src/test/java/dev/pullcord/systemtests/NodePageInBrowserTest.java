package dev.pullcord.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.pullcord.demo.fleet.LocalFleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of one node, in a real browser, of a real node. */
class NodePageInBrowserTest {
  private static final Path SHOTS = Path.of("target/screenshots");
  private static final LocatorAssertions.ContainsTextOptions SOON =
      new LocatorAssertions.ContainsTextOptions().setTimeout(30_000);

  private static Browser browser;
  @TempDir Path directory;
  private @Nullable LocalFleet running;

  @BeforeAll
  static void openBrowser() {
    browser = new Browser();
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void end() {
    if (running != null) {
      running.close();
    }
  }

  private LocalFleet converged(int nodes) {
    LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), nodes);
    running = fleet;
    return fleet;
  }

  private static Page signedIn(LocalFleet fleet, BrowserContext person) {
    return Browser.signedIn(person, fleet.url(), fleet.adminToken());
  }

  @Test
  void aStepIsSeenWhileItRunsWithWhatItHasPrintedSoFar() {
    LocalFleet fleet = converged(1);
    Page node = signedIn(fleet, browser.person(1280, 900, ColorScheme.LIGHT));
    node.navigate(fleet.url() + "/ui/nodes/node-1");
    Path gate = directory.resolve("gate");
    String check = "echo looking at 7 of 12; until [ -e " + gate + " ]; do sleep 0.1; done\n";
    CompletableFuture<?> push =
        CompletableFuture.supplyAsync(
            () -> fleet.push(Map.of("bin/check", check), "Look for long"));

    Locator step = node.locator(".pass").first().locator(".step").last();
    assertThat(step).containsText("looking at 7 of 12", SOON);
    assertThat(step.locator(".kind")).containsText("check sh bin/check");
    assertThat(step.locator(".took")).containsText(Pattern.compile("for [1-9][0-9]*s"), SOON);
    shot(node, "under-way");
    assertThat(fleet.cli("node", "node-1").output())
        .containsPattern("check sh bin/check search/  running since [0-9.]+s")
        .contains("looking at 7 of 12");
    Page deployment = signedIn(fleet, browser.person(1280, 900, ColorScheme.DARK));
    deployment.navigate(fleet.url() + "/ui/deployments/2");
    deployment.click("#steps-node-1 > summary");
    assertThat(deployment.locator("#steps-node-1")).containsText("looking at 7 of 12");
    shot(deployment, "under-way-deployment");

    open(gate);
    assertThat(node.locator(".banner")).containsText("converged", SOON);
    assertThat(node.locator(".o-running")).hasCount(0);
    push.join();
    assertThat(browser.errors()).isEmpty();
  }

  private static void open(Path gate) {
    try {
      Files.createFile(gate);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kept as a result of the build. */
  private static void shot(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions()
            .setFullPage(true)
            .setPath(SHOTS.resolve("node-" + name + ".png")));
  }
}
