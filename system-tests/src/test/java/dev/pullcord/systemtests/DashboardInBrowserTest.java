package dev.pullcord.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dashboard in a real browser, on a real server with real agents. All tests look at one fleet
 * of two nodes, and each leaves it converged on main.
 */
class DashboardInBrowserTest {
  private static final Path SHOTS = Path.of("target/screenshots");
  private static final LocatorAssertions.ContainsTextOptions SOON =
      new LocatorAssertions.ContainsTextOptions().setTimeout(60_000);

  private static final LocatorAssertions.HasAttributeOptions SOON_AGAIN =
      new LocatorAssertions.HasAttributeOptions().setTimeout(60_000);

  @RegisterExtension static final Browser browser = new Browser();
  @TempDir static Path directory;
  private static LocalFleet fleet;

  @BeforeAll
  static void start() {
    fleet = browser.ofAll(Fleets.converged(directory.resolve("fleet"), 2));
  }

  @Test
  void aPushIsSeenGoingThroughAndFailingWithoutAReload() {
    Page page = signedIn(person(ColorScheme.LIGHT));
    assertThat(page.locator("#live")).hasAttribute("data-state", "live");
    assertThat(page.locator(".headline")).containsText("Converged 2/2");
    page.evaluate("window.loadedOnce = true");
    shot(page, "converged");

    PushResult ill = fleet.push(SmallWork.illTask("no such table: words"), "Break it");
    assertThat(page.locator(".headline")).containsText("0 of 2 converged", SOON);
    assertThat(page.locator("tbody tr").first()).containsText("rolled back", SOON);
    assertThat(page.locator(".refs")).containsText(ill.commit().substring(0, 7));
    assertThat(page.locator(".refs")).containsText("Break it");
    assertThat(page).hasTitle("✗ 0/2 · Pullcord");
    shot(page, "failing");
    assertThat(Browser.tooFaint(page)).isEmpty();

    assertThat(fleet.push(SmallWork.good(), "Mend it").converged()).isTrue();
    assertThat(page.locator(".headline")).containsText("Converged 2/2", SOON);
    assertThat(page).hasTitle("✓ 2/2 · Pullcord");
    assertThat(page.evaluate("window.loadedOnce")).isEqualTo(true);
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void aPinIsSeenWithItsReasonInBothThemesAndOnANarrowScreen() {
    fleet.workTree().push(_ -> {}, "origin", "HEAD:refs/heads/try");
    Page dark = signedIn(person(ColorScheme.DARK));
    Page narrow = signedIn(browser.person(390, 844, ColorScheme.LIGHT));
    fleet.cli("pin", "node-2", "try", "--for", "2h", "--reason", "measure <b>it</b>");
    for (Page page : List.of(dark, narrow)) {
      Locator pin = page.locator("#node-node-2 .pin");
      assertThat(pin).containsText("measure <b>it</b>", SOON);
      assertThat(pin).containsText(Pattern.compile("ends in 1h 59m|ends in 2h"));
      assertThat(page.locator(".counts")).containsText("1 pinned");
      assertThat(Browser.tooFaint(page)).isEmpty();
      assertThat(Browser.fits(page)).isTrue();
    }
    shot(dark, "pinned-dark");
    shot(narrow, "pinned-narrow");
    assertThat(fleet.cli("unpin", "node-2").exit()).isZero();
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void aDeploymentIsFollowedFromTheHistoryToTheOutputOfTheNodeThatFailed() {
    Page page = signedIn(person(ColorScheme.LIGHT));
    assertThat(fleet.push(SmallWork.search("FATAL"), "Match FATAL").converged()).isTrue();
    Browser.section(page, "/ui/deployments");
    assertThat(page.locator("tbody tr")).hasCount(fleet.api().deployments().size());
    page.click("tbody a.chip >> nth=0");
    assertThat(page.locator(".banner")).containsText("converged, 2 of 2 nodes");
    assertThat(page.locator("h1")).hasText("Match FATAL");
    assertThat(page.locator("#curve canvas")).hasCount(0);
    assertThat(page.locator("#last")).containsText("s");
    page.click("#files summary >> nth=0");
    assertThat(page.locator("#files pre").first()).containsText("+");
    shot(page, "deployment");
    assertThat(Browser.tooFaint(page)).isEmpty();

    fleet.push(SmallWork.illTask("no such table: words"), "Break it");
    assertThat(page.locator(".banner")).containsText("superseded by", SOON);
    page.click(".banner a");
    assertThat(page.locator(".banner")).containsText("incomplete, 0 of 2 nodes", SOON);
    assertThat(page.locator("article.member").first()).containsText("no such table: words");
    page.click("text=Retry the 2…");
    assertThat(page.locator("h1")).hasText("Retry 2 nodes?");
    page.goBack();
    shot(page, "deployment-failed");
    Page narrow = signedIn(browser.person(390, 844, ColorScheme.DARK));
    String failed = "/ui/deployments/" + fleet.api().deployments().getFirst().id();
    for (String path : List.of("/ui/deployments", failed, "/ui/tokens")) {
      narrow.navigate(fleet.url() + path);
      assertThat(Browser.tooFaint(narrow)).as(path).isEmpty();
      assertThat(Browser.fits(narrow)).as(path).isTrue();
      shot(narrow, "narrow" + path.replace('/', '-').replaceAll("[0-9]+", "failed"));
    }
    assertThat(fleet.push(SmallWork.good(), "Mend it").converged()).isTrue();
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void theSeventhTabIsAsLiveAsTheFirst() {
    BrowserContext person = person(ColorScheme.LIGHT);
    List<Page> tabs = new ArrayList<>(List.of(signedIn(person)));
    while (tabs.size() < 8) {
      Page tab = person.newPage();
      tab.navigate(fleet.url() + "/ui");
      tabs.add(tab);
    }
    for (Page tab : tabs) {
      assertThat(tab.locator("#live")).hasAttribute("data-state", "live");
    }
    PushResult push = fleet.push(SmallWork.search("WARN"), "Match WARN");
    for (Page tab : tabs) {
      assertThat(tab.locator("#node-node-1 .version"))
          .containsText(push.commit().substring(0, 7), SOON);
    }
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void saysThatItIsNotLiveAndIsRightAgainWhenTheNetworkIsBack() throws IOException {
    try (Cable cable = new Cable(URI.create(fleet.url()).getPort())) {
      Page page = Browser.signedIn(person(ColorScheme.LIGHT), cable.url(), fleet.adminToken());
      assertThat(page.locator("#live")).hasAttribute("data-state", "live");
      page.evaluate("window.loadedOnce = true");
      cable.pull();
      assertThat(page.locator("#live")).containsText("reconnecting", SOON);
      PushResult push = fleet.push(SmallWork.search("PANIC"), "Match PANIC");
      assertThat(page.locator("#node-node-1 .version"))
          .not()
          .containsText(push.commit().substring(0, 7));
      cable.plugIn();
      assertThat(page.locator("#live")).hasText("live", within(60));
      assertThat(page.locator("#node-node-1 .version"))
          .containsText(push.commit().substring(0, 7), SOON);
      assertThat(page.evaluate("window.loadedOnce")).isEqualTo(true);
    }
    // Of these the browser itself writes one for each try while the network is away.
    assertThat(browser.errors()).allMatch(e -> e.contains("net::ERR_"));
  }

  @Test
  void aRestartOfTheServerSignsNobodyOut() {
    Page page = signedIn(person(ColorScheme.LIGHT));
    assertThat(page.locator("#live")).hasAttribute("data-state", "live");
    fleet.stopServer();
    assertThat(page.locator("#live")).containsText("reconnecting", SOON);
    fleet.startServer();
    assertThat(page.locator("#live")).hasAttribute("data-state", "live", SOON_AGAIN);
    assertThat(page).hasURL(fleet.url() + "/ui");
    assertThat(browser.errors()).allMatch(e -> e.contains("net::ERR_"));
  }

  @Test
  void signingOutSignsEveryTabOut() {
    BrowserContext person = person(ColorScheme.LIGHT);
    Page one = signedIn(person);
    Page other = person.newPage();
    other.navigate(fleet.url() + "/ui");
    assertThat(other.locator("#live")).hasAttribute("data-state", "live");
    one.click(".out button");
    assertThat(one.locator("h1")).hasText("Sign in");
    other.waitForURL(fleet.url() + "/ui/sign-in");
    assertThat(browser.errors()).allMatch(e -> e.contains("401"));
  }

  @Test
  void theFirstNodeAppearsOnThePageThatSaidHowToBringIt() {
    LocalFleet fleet = serverAlone();
    Page page = Browser.signedIn(person(ColorScheme.LIGHT), fleet.url(), fleet.adminToken());
    assertThat(page.locator(".headline")).containsText("No node yet");
    assertThat(page.locator(".steps"))
        .containsText("git remote add pullcord " + fleet.url() + "/git/fleet.git");
    shot(page, "empty");
    fleet.addAgents(1);
    assertThat(page.locator("tbody .name")).containsText("node-1", SOON);
    assertThat(page.locator(".refs")).containsText("git push pullcord HEAD:main", SOON);
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void canBeReadWithoutJavaScript() {
    Page page = Browser.signedIn(browser.personWithoutScripts(), fleet.url(), fleet.adminToken());
    assertThat(page.locator(".headline")).containsText("Converged 2/2");
    assertThat(page.locator("tbody .name").first()).containsText("node-1");
    assertThat(page.locator("noscript meta[http-equiv=refresh]")).hasCount(1);
    page.click(".out button");
    assertThat(page.locator("h1")).hasText("Sign in");
  }

  private static LocalFleet serverAlone() {
    LocalFleet alone = browser.of(Fleets.made(directory.resolve("alone")));
    alone.startServer();
    return alone;
  }

  private static BrowserContext person(ColorScheme scheme) {
    return browser.person(1280, 800, scheme);
  }

  private static Page signedIn(BrowserContext person) {
    return Browser.signedIn(person, fleet.url(), fleet.adminToken());
  }

  private static LocatorAssertions.HasTextOptions within(int seconds) {
    return new LocatorAssertions.HasTextOptions().setTimeout(seconds * 1000.0);
  }

  /** Kept as a result of the build. */
  private static void shot(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions()
            .setFullPage(true)
            .setPath(SHOTS.resolve("dashboard-" + name + ".png")));
  }
}
