package dev.pullcord.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.pullcord.demo.fleet.GitClone;
import dev.pullcord.demo.fleet.LocalFleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of one node, in a real browser, of a real node. All tests look at the same one, and each
 * leaves it converged on main.
 */
class NodePageInBrowserTest {
  private static final Path SHOTS = Path.of("target/screenshots");
  private static final LocatorAssertions.ContainsTextOptions SOON =
      new LocatorAssertions.ContainsTextOptions().setTimeout(60_000);

  @RegisterExtension static final Browser browser = new Browser();
  @TempDir static Path directory;
  private static LocalFleet fleet;

  @BeforeAll
  static void start() {
    fleet = browser.ofAll(Fleets.converged(directory.resolve("fleet"), 1));
  }

  private static Page signedIn(BrowserContext person) {
    return Browser.signedIn(person, fleet.url(), fleet.adminToken());
  }

  @Test
  void aStepIsSeenWhileItRunsWithWhatItHasPrintedSoFar() {
    Page node = signedIn(browser.person(1280, 900, ColorScheme.LIGHT));
    node.navigate(fleet.url() + "/ui/nodes/node-1");
    Path gate = directory.resolve("first-gate");
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
    Page deployment = signedIn(browser.person(1280, 900, ColorScheme.DARK));
    deployment.navigate(
        fleet.url() + "/ui/deployments/" + fleet.api().deployments().getFirst().id());
    deployment.click("#steps-node-1 > summary");
    assertThat(deployment.locator("#steps-node-1")).containsText("looking at 7 of 12");
    shot(deployment, "under-way-deployment");

    open(gate);
    assertThat(node.locator(".banner")).containsText("converged", SOON);
    assertThat(node.locator(".o-running")).hasCount(0);
    push.join();
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void aNodeIsPinnedAfterAPreviewAndUnpinnedByTheKeyboardAlone() {
    String other = pushAside("try", "WARN");
    Page page = nodePage(browser.person(1280, 900, ColorScheme.LIGHT));
    accessible(page);
    page.fill("form[action$=foresee-pin] input[name=ref]", "try");
    page.fill("form[action$=foresee-pin] input[name=reason]", "measure <b>it</b>");
    page.click("form[action$=foresee-pin] button");

    assertThat(page.locator("h1")).hasText("Pin node-1 to try?");
    assertThat(page.locator("dl.facts")).containsText("search-files: 1 file changed");
    assertThat(page.locator("dl.facts")).containsText("restarts nothing");
    assertThat(page.locator("dl.facts")).containsText("measure <b>it</b>");
    assertThat(page.locator(".banner")).containsText(other.substring(0, 7));
    accessible(page);
    shot(page, "pin-preview");
    assertThat(fleet.api().node("node-1").pin()).as("a preview changes nothing").isNull();
    page.click("text=Pin it");

    assertThat(page.locator(".note.good")).containsText("node-1 is pinned to try until");
    assertThat(page.locator("#live-part")).containsText("runs " + other.substring(0, 7), SOON);
    assertThat(page.locator("#live-part")).containsText("⚑ pinned to try by admin");
    accessible(page);
    Page narrow = nodePage(browser.person(390, 844, ColorScheme.DARK));
    accessible(narrow);
    assertThat(Browser.fits(narrow)).isTrue();
    shot(narrow, "pinned-narrow-dark");

    page.keyboard().press("Home");
    tabTo(page, "BUTTON", "Unpin");
    page.keyboard().press("Enter");
    assertThat(page.locator(".note.good")).containsText("no longer pinned; it follows main");
    assertThat(page.locator("#live-part")).not().containsText("pinned to");
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void aNodeIsLabelledAndLetFollowAnotherBranch() {
    String main = fleet.workTree().head();
    String other = pushAside("aside", "FATAL");
    Page page = nodePage(browser.person(1280, 900, ColorScheme.DARK));
    page.fill("input[name=add]", "role=grep");
    page.press("input[name=add]", "Enter");
    assertThat(page.locator(".note.good")).hasText("node-1 has the label role=grep.");
    assertThat(page.locator(".page-head .label")).hasText("role=grep");
    assertThat(fleet.cli("label", "node-1", "dc=sea", "gpu=").exit()).isZero();
    page.reload();
    accessible(page);
    shot(page, "labels-dark");
    Page narrow = nodePage(browser.person(390, 844, ColorScheme.LIGHT));
    accessible(narrow);
    assertThat(Browser.fits(narrow)).isTrue();
    shot(narrow, "labels-narrow");
    page.click("button[aria-label='remove the label gpu']");
    assertThat(page.locator(".note.good")).containsText("no label gpu any more");
    assertThat(page.locator(".page-head .label")).hasCount(2);
    assertThat(fleet.cli("nodes", "-l", "role=grep,dc=sea").output()).contains("node-1");

    page.click("#act-follow > summary");
    page.fill("#act-follow input[name=ref]", "aside");
    page.click("#act-follow button:text-is('Follow')");
    assertThat(page.locator(".note.good")).hasText("node-1 follows aside.");
    assertThat(page.locator("#live-part")).containsText("runs " + other.substring(0, 7), SOON);
    page.click("dl.facts a");
    assertThat(page.locator("h1")).hasText("Match FATAL");
    assertThat(page.locator(".banner")).containsText("1 of 1 node", SOON);
    assertThat(fleet.cli("follow", "node-1", "main").exit()).isZero();
    Fleets.convergedOn(fleet, fleet.agent(0), main);
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void whatFailedIsTriedAgainByTheKeyboardAlone() {
    Page page = nodePage(browser.person(1280, 900, ColorScheme.LIGHT));
    Path gate = directory.resolve("second-gate");
    String check = "test -e " + gate + " || { echo the gate is shut; exit 1; }\n";
    fleet.push(Map.of("bin/check", check), "Look at the gate");
    assertThat(page.locator(".banner")).containsText("rolled back", SOON);
    assertThat(page.locator(".banner")).containsText("the gate is shut");
    accessible(page);
    shot(page, "rolled-back");

    open(gate);
    page.keyboard().press("Home");
    tabTo(page, "SUMMARY", "Retry");
    page.keyboard().press("Enter");
    tabTo(page, "BUTTON", "Retry");
    page.keyboard().press("Enter");
    assertThat(page.locator(".note.good")).hasText("node-1 tries again.");
    assertThat(page.locator(".banner")).containsText("converged", SOON);
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void aControlWithoutANameIsNoticed() {
    Page page = browser.person(390, 844, ColorScheme.LIGHT).newPage();
    page.setContent(
        "<button>x</button><button></button><input aria-label=a><input><a href='/'><i></i></a>");
    assertThat(Browser.nameless(page)).hasSize(3);
  }

  private static Page nodePage(BrowserContext person) {
    Page page = signedIn(person);
    page.navigate(fleet.url() + "/ui/nodes/node-1");
    assertThat(page.locator("#live")).hasAttribute("data-state", "live");
    return page;
  }

  /** Pushes another search file to a branch that no node follows. Returns the commit. */
  private static String pushAside(String branch, String pattern) {
    GitClone tree = fleet.newClone(branch);
    tree.write(SmallWork.search(pattern));
    String commit = tree.commit("Match " + pattern);
    tree.push(_ -> {}, "origin", "HEAD:refs/heads/" + branch);
    return commit;
  }

  /** Goes from control to control until the one that reads so. */
  private static void tabTo(Page page, String tag, String text) {
    for (int i = 0; i < 60; i++) {
      page.keyboard().press("Tab");
      String at =
          (String)
              page.evaluate(
                  "(e => e.tagName + ' ' + e.textContent.trim())(document.activeElement)");
      if (at.equals(tag + " " + text)) {
        return;
      }
    }
    throw new AssertionError("no " + tag + " \"" + text + "\" is reached with the tab key");
  }

  /** Every control has a name, and every text can be read. */
  private static void accessible(Page page) {
    assertThat(Browser.nameless(page)).isEmpty();
    assertThat(Browser.tooFaint(page)).isEmpty();
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
