package dev.pullcord.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.TempGitRemote;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The page of a repository that lives elsewhere, and the ways from other pages to its host. */
class RepositoryInBrowserTest {
  private static final Path SHOTS = Path.of("target/screenshots");
  private static final String HOST = "https://git.example/acme/fleet/commit/";
  private static final LocatorAssertions.ContainsTextOptions SOON =
      new LocatorAssertions.ContainsTextOptions().setTimeout(60_000);

  @RegisterExtension static final Browser browser = new Browser();
  @TempDir Path directory;

  @Test
  void thePageFollowsTheMirrorAndCommitsLeadToTheHost() throws Exception {
    Needs.tool("git");
    TempGitRemote upstream = TempGitRemote.create(directory.resolve("upstream"));
    String first = upstream.push(SmallWork.good(), "Begin");
    LocalFleet fleet = browser.of(Fleets.made(directory.resolve("fleet")));
    Path secret = Files.writeString(directory.resolve("secret"), "correct horse battery\n");
    fleet.serverConfig(
        Files.writeString(
            directory.resolve("server.yaml"),
            """
            upstream:
              url: %s
              poll: 1h
              commit-url: "%s{commit}"
              webhook: {kind: generic, secret-file: %s}
            """
                .formatted(upstream.url(), HOST, secret)));
    fleet.startServer();
    assertThat(fleet.cli("fetch").exit()).isZero();
    Fleets.convergedOn(fleet, fleet.addAgents(1).getFirst(), first);

    Page wide =
        Browser.signedIn(
            browser.person(1280, 800, ColorScheme.LIGHT), fleet.url(), fleet.adminToken());
    Page narrow =
        Browser.signedIn(
            browser.person(390, 844, ColorScheme.DARK), fleet.url(), fleet.adminToken());
    for (Page page : List.of(wide, narrow)) {
      leads(page, ".version a.commit-link", first);
      leads(page, ".subject a.commit-link", first);
      fair(page, "mirrored-fleet");
      page.navigate(fleet.url() + "/ui/nodes/node-1");
      leads(page, ".facts a.commit-link", first);
      leads(page, "table a.commit-link", first);
      fair(page, "mirrored-node");
      page.navigate(fleet.url() + "/ui/repository");
      page.evaluate("window.loadedOnce = true");
      fair(page, "repository");
    }
    String second = upstream.push(SmallWork.task("2"), "Second");
    assertThat(fleet.cli("fetch").exit()).isZero();
    for (Page page : List.of(wide, narrow)) {
      assertThat(page.locator("#live-part")).containsText(second.substring(0, 7), SOON);
    }
    upstream.git("-C", upstream.bare().toString(), "update-ref", "refs/heads/main", first);
    fleet.cli("fetch");
    for (Page page : List.of(wide, narrow)) {
      assertThat(page.locator("#mirror-state")).containsText("rewritten", SOON);
      page.click("[id^='accept-main@'] summary");
      page.fill("[id^='why-main@']", "it was m");
    }
    // The branch moves again while somebody writes down why.
    upstream.git("-C", upstream.workTree().toString(), "reset", "-q", "--hard", first);
    String other = upstream.commit(SmallWork.task("other"), "Other");
    upstream.git("-C", upstream.workTree().toString(), "push", "-qf", "origin", "main");
    fleet.cli("fetch");
    for (Page page : List.of(wide, narrow)) {
      assertThat(page.locator("#live-part")).containsText(other.substring(0, 7), SOON);
      assertThat(page.locator("[id^='why-main@']")).hasValue("");
      page.click("[id^='accept-main@'] summary");
      page.fill("[id^='why-main@']", "it was meant");
      fair(page, "repository-rewritten");
      assertThat(page.evaluate("window.loadedOnce")).isEqualTo(true);
    }
    wide.click("[id^='accept-main@'] button");
    assertThat(wide.locator(".note")).containsText("main is where the upstream has it");
    assertThat(narrow.locator("#mirror-state")).containsText("In step", SOON);
    assertThat(fleet.cli("audit").lines().toString()).contains("it was meant");
  }

  private static void leads(Page page, String link, String commit) {
    assertThat(page.locator(link).first()).hasAttribute("href", HOST + commit);
  }

  /** Everything can be read, by eye and aloud, and nothing stands out. Leaves a picture. */
  private static void fair(Page page, String name) {
    assertThat(Browser.tooFaint(page)).as(name).isEmpty();
    assertThat(Browser.nameless(page)).as(name).isEmpty();
    assertThat(Browser.fits(page)).as(name).isTrue();
    page.screenshot(
        new Page.ScreenshotOptions()
            .setFullPage(true)
            .setPath(SHOTS.resolve(name + "-" + page.viewportSize().width + ".png")));
  }
}
