package dev.pullcord.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.ProgramCall;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The pages of pins and invitations in a real browser, in both themes and on both widths. */
class PinsAndInvitationsInBrowserTest {
  private static final Path SHOTS = Path.of("target/screenshots");
  private static final LocatorAssertions.ContainsTextOptions SOON =
      new LocatorAssertions.ContainsTextOptions().setTimeout(60_000);

  @RegisterExtension static final Browser browser = new Browser();
  @TempDir Path directory;

  @Test
  void nodesArePinnedAfterALookAndUnpinnedWhereTheyAreListed() {
    LocalFleet fleet = browser.of(Fleets.converged(directory.resolve("fleet"), 2));
    fleet.workTree().push(_ -> {}, "origin", "HEAD:refs/heads/try");
    for (BrowserContext person : people()) {
      Page page = Browser.signedIn(person, fleet.url(), fleet.adminToken());
      Browser.section(page, "/ui/pins");
      assertThat(page.locator("#live-part")).containsText("No node is pinned");
      fair(page, "pins-none");
      page.fill("input[name=names]", "node-1 node-2");
      page.fill("input[name=ref]", "try");
      page.fill("input[name=reason]", "measure <b>it</b>");
      page.click(".form button");
      assertThat(page.locator("h1")).hasText("Pin 2 nodes to try?");
      assertThat(page.locator(".moves")).containsText("nothing, it runs there already");
      fair(page, "pins-foreseen");
      page.click(".go button");
      assertThat(page.locator(".note")).containsText("node-1, node-2 are pinned to try until");
      page.evaluate("window.loadedOnce = true");
      assertThat(page.locator("#pin-node-1")).containsText("the pin's commit", SOON);
      assertThat(page.locator("#pin-node-1")).containsText("measure <b>it</b>");
      fleet.cli("unpin", "node-2");
      assertThat(page.locator("#live-part")).containsText("node-2 try until", SOON);
      assertThat(page.evaluate("window.loadedOnce")).isEqualTo(true);
      page.click("#unpin-node-1 summary");
      fair(page, "pins");
      page.click("#unpin-node-1 button[type=submit]");
      assertThat(page.locator(".note")).containsText("node-1 is no longer pinned");
      assertThat(page.locator("#live-part")).containsText("No node is pinned");
    }
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void theTokenOfTheFirstPageLetsANodeInAndARevokedOneLetsNobodyIn() {
    LocalFleet fleet = browser.of(Fleets.made(directory.resolve("fleet")));
    fleet.startServer();
    List<BrowserContext> people = people();
    for (BrowserContext person : people) {
      Page page = Browser.signedIn(person, fleet.url(), fleet.adminToken());
      fair(page, "first-node");
      page.click(".steps form button");
      assertThat(page.locator("#join")).containsText("pullcord-agent join " + fleet.agentsUrl());
      fair(page, "invitation-made");
      String token = page.locator("#token").textContent();
      page.click(".cards tbody .ask summary");
      fair(page, "invitations");
      page.click(".cards tbody button[type=submit]");
      assertThat(page.locator(".note")).containsText("is revoked");
      ProgramCall.Result refused = fleet.newAgent("refused").join(fleet.agentsUrl(), token);
      assertThat(refused.exit()).isEqualTo(4);
      assertThat(refused.output()).contains("JOIN_REFUSED").doesNotContain(token);
    }
    Page page = people.getFirst().pages().getFirst();
    page.click(".form button");
    String token = page.locator("#token").textContent();
    assertThat(fleet.newAgent("first").join(fleet.agentsUrl(), token).exit()).isZero();
    page.navigate(fleet.url() + "/ui/invitations");
    assertThat(page.locator("#past")).containsText("Used up or expired: 1");
    assertThat(page.content()).doesNotContain(token);
    assertThat(browser.errors()).isEmpty();
  }

  private static List<BrowserContext> people() {
    return List.of(
        browser.person(1280, 800, ColorScheme.LIGHT), browser.person(390, 844, ColorScheme.DARK));
  }

  /**
   * Everything can be read, by eye and aloud, and nothing stands out to the side. Leaves a picture.
   */
  private static void fair(Page page, String name) {
    assertThat(Browser.tooFaint(page)).as(name).isEmpty();
    assertThat(Browser.nameless(page)).as(name).isEmpty();
    assertThat(Browser.fits(page)).as(name).isTrue();
    Object scheme = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches");
    page.screenshot(
        new Page.ScreenshotOptions()
            .setFullPage(true)
            .setPath(
                SHOTS.resolve(
                    name
                        + (scheme.equals(true) ? "-dark-" : "-light-")
                        + page.viewportSize().width
                        + ".png")));
  }
}
