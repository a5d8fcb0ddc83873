package dev.pullcord.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.pullcord.client.RunCalls;
import dev.pullcord.client.ServerReply;
import dev.pullcord.demo.fleet.GitClone;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.testkit.Eventually;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operators steer from the pages: a rollout, a run of an action, and a gate that is open. All tests
 * steer one fleet of three nodes, each from a clone of its own. Light and wide, and dark and
 * narrow; both themes on both widths with {@code --full}.
 */
@SuppressWarnings("NullAway.Init")
class SteeringInBrowserTest {
  private static final Path SHOTS = Path.of("target/screenshots");
  private static final LocatorAssertions.ContainsTextOptions SOON =
      new LocatorAssertions.ContainsTextOptions().setTimeout(60_000);

  @RegisterExtension static final Browser browser = new Browser();
  @TempDir static Path directory;
  private static LocalFleet fleet;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Page> pages = new ArrayList<>();

  @BeforeAll
  static void start() {
    fleet = browser.ofAll(Fleets.converged(directory.resolve("fleet"), 3));
  }

  private Page begin() {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      for (int width : List.of(1280, 390)) {
        if (Fleets.full() || (scheme == ColorScheme.LIGHT) == (width == 1280)) {
          pages.add(
              Browser.signedIn(
                  browser.person(width, 844, scheme), fleet.url(), fleet.adminToken()));
        }
      }
    }
    return pages.getFirst();
  }

  /** Everybody looks at it: it can be read, it fits, and a picture of it is kept. */
  private void everybodySees(String path, String name, String selector, String text) {
    for (Page page : pages) {
      page.navigate(fleet.url() + path);
      assertThat(page.locator(selector).first()).containsText(text, SOON);
      page.locator("details.act").all().forEach(d -> d.evaluate("d => { d.open = true; }"));
      assertThat(Browser.tooFaint(page)).as(name).isEmpty();
      assertThat(Browser.fits(page)).as(name).isTrue();
      assertThat(Browser.nameless(page)).as(name).isEmpty();
      page.screenshot(
          new Page.ScreenshotOptions()
              .setFullPage(true)
              .setPath(SHOTS.resolve("steer-" + name + "-" + pages.indexOf(page) + ".png")));
    }
  }

  private static Map<String, String> work(String version, String manifest) {
    Map<String, String> files = new HashMap<>(SmallWork.task(version));
    files.put("pullcord.yaml", SmallWork.MANIFEST + manifest);
    return files;
  }

  @Test
  void aRolloutIsPausedResumedAndPromotedFromItsPage() {
    Page page = begin();
    GitClone clone = fleet.newClone("canary");
    clone.write(work("canary", "rollout: {strategy: canary, canary: {nodes: 1, hold: 1h}}\n"));
    String commit = clone.commit("Count hits by hour");
    clone.push(_ -> {}, "-o", "nowait", "origin", "HEAD");
    Fleets.convergedOn(fleet, fleet.agent(0), commit);
    String deployment = "/ui/deployments/" + fleet.api().deployments().getFirst().id();
    everybodySees(deployment, "canary", ".waves", "1 of 3 nodes were given it");

    page.navigate(fleet.url() + deployment);
    page.click("#act-pause summary");
    page.fill("#act-pause input[name=reason]", "the numbers look odd");
    page.click("#act-pause button.primary");
    assertThat(page.locator(".waves")).containsText("the numbers look odd", SOON);
    everybodySees(deployment, "paused", ".waves", "paused by admin: the numbers look odd");
    assertThat(page.locator(".next a").allInnerTexts()).containsExactly("Resume…");
    page.click("#act-resume button.primary");
    assertThat(page.locator(".waves")).containsText("running", SOON);
    page.click("#act-promote summary");
    page.click("#act-promote button[type=submit]");
    fleet.agents().forEach(agent -> Fleets.convergedOn(fleet, agent, commit));
    everybodySees(deployment, "done", ".waves", "3 of 3");
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void aRolloutThatItsCanaryHaltedIsResumedAndPromotedFromItsBanner() {
    Page page = begin();
    GitClone clone = fleet.newClone("halted");
    Map<String, String> ill = new HashMap<>(SmallWork.illTask("no such table: hits"));
    ill.merge(
        "pullcord.yaml",
        "rollout: {strategy: canary, canary: {nodes: 1, hold: 1h}, failure-budget: 0}\n",
        String::concat);
    clone.write(ill);
    clone.commit("Count hits by minute");
    clone.push(_ -> {}, "-o", "nowait", "origin", "HEAD");
    String deployment = "/ui/deployments/" + fleet.api().deployments().getFirst().id();
    Page early = page.context().newPage(); // before its canary has failed
    early.navigate(fleet.url() + deployment);
    everybodySees(deployment, "halted", ".banner", "has halted at the canary");
    assertThat(early.locator(".banner")).containsText("has halted at the canary", SOON);
    assertThat(early.locator(".next a").allInnerTexts().subList(0, 2))
        .containsExactly("Promote…", "Resume…");

    early.click(".next a[href='#act-resume']"); // to what the page had not when it was loaded
    early.click("#act-resume button.primary");
    assertThat(early.locator(".banner")).containsText("the others wait for it", SOON);
    assertThat(early.locator(".next a[href='#act-resume']")).hasCount(0);
    early.click(".next a[href='#act-promote']");
    assertThat(early.locator("#act-promote")).hasAttribute("open", "");
    early.click("#act-promote button[type=submit]");
    assertThat(early.locator(".waves")).containsText("2 of 3 nodes were given it", SOON);

    clone.write(SmallWork.good());
    String mended = clone.commit("Count hits by hour again");
    clone.push(_ -> {}, "-o", "nowait", "origin", "HEAD");
    fleet.agents().forEach(agent -> Fleets.convergedOn(fleet, agent, mended));
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void aRunIsWatchedAndCancelledFromItsPage() {
    Page page = begin();
    GitClone clone = fleet.newClone("action");
    clone.write(
        work(
            "action",
            """
            actions:
              load:
                run: [sh, -c, "for i in 1 2 3 4; do echo part $i of 90; done; sleep 600"]
                timeout: 10m
            """));
    clone.commit("Declare an action");
    assertThat(clone.push(_ -> {}).converged()).isTrue();
    CompletableFuture<ProgramCall.Result> cli =
        CompletableFuture.supplyAsync(
            () -> fleet.cli("run", "load", "node-1", "node-2", "node-3", "--batch", "2"), threads);
    Eventually.within(Fleets.RECOVERY)
        .isTrue(
            "the run has begun",
            () -> {
              assertThat(cli.isDone()).as(cli.isDone() ? cli.join().output() : "").isFalse();
              return new RunCalls(fleet.api().client()).one(1) instanceof ServerReply.Got<?>;
            });
    everybodySees("/ui/actions", "actions", "tbody", "load");
    everybodySees("/ui/runs/1", "running", ".hosts", "part 4 of 90");

    page.navigate(fleet.url() + "/ui/runs/1");
    page.click("#act-cancel summary");
    page.click("#act-cancel button[type=submit]");
    assertThat(page.locator(".banner")).containsText("cancelled by admin", SOON);
    assertThat(page.locator(".banner")).containsText("ok 0/3; failed 2; refused 1", SOON);
    assertThat(page.locator("#node-node-3")).containsText("not begun: admin cancelled the run");
    everybodySees("/ui/runs/1", "cancelled", ".banner", "cancelled by admin");
    assertThat(cli.join().exit()).isEqualTo(1);
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void anOpenGateIsOnTheFleetsPageUntilItEnds() {
    Page page = begin();
    GitClone clone = fleet.newClone("gate");
    Map<String, String> slow = work("gate", "");
    slow.put("bin/is-well", "sleep 1; test -e /tmp/nowhere\n");
    clone.write(slow);
    clone.commit("Takes long to be well");
    CompletableFuture<String> push =
        CompletableFuture.supplyAsync(
            () -> clone.push(_ -> {}, "-o", "gate", "-o", "timeout=45s", "origin", "HEAD").output(),
            threads);
    assertThat(page.locator("#holds")).containsText("gate of admin", SOON);
    assertThat(String.join("\n", fleet.cli("gates").lines())).contains("main", "admin", "node-1");
    everybodySees("/ui", "gate", "#holds", "is tried before main moves to it");

    assertThat(push.join()).contains("GATE_TIMEOUT");
    assertThat(page.locator("#holds")).not().containsText("gate of admin", SOON);
    assertThat(String.join("\n", fleet.cli("gates").lines())).contains("no gate is open");
    assertThat(browser.errors()).isEmpty();
  }
}
