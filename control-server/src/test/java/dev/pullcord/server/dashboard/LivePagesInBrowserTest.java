package dev.pullcord.server.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.pullcord.server.TestFleet.ADA;
import static dev.pullcord.server.dashboard.Nodes.NOW;
import static dev.pullcord.server.dashboard.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Clock;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.protocol.manifest.action.ActionSpec;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.action.ActionRuns;
import dev.pullcord.server.dashboard.action.ActionPages;
import dev.pullcord.server.dashboard.node.NodePages;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.testkit.Needs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages that stay open: they lose nothing that happens, and disturb nobody who works in them. */
class LivePagesInBrowserTest {
  private static final Principal INIT = new Principal("init", Principal.Role.ADMIN);
  private static final ActionSpec CLEAR =
      new ActionSpec("clear", List.of("bin/clear"), Duration.ofSeconds(30), Map.of());

  private static final String SILENT_WORKER =
      """
      window.SharedWorker = class {
        port = { postMessage() {} };
      };
      """;

  /** Sends a form twice, as a double click does, and says how often it would have gone out. */
  private static final String SENT_TWICE =
      """
      () => {
        const form = document.querySelector("#act-freeze form");
        form.elements.reason.value = "release";
        let sent = 0;
        addEventListener("submit", (event) => {
          if (event.defaultPrevented) return;
          event.preventDefault();
          sent++;
        });
        form.requestSubmit();
        form.requestSubmit();
        return sent;
      }
      """;

  @TempDir Path directory;
  private TestFleet real;
  private ActionRuns runs;
  private ApiTokens tokens;
  private final FakeFleet seen = new FakeFleet();
  private Browser server;
  private FakeFleet fleet;

  @BeforeEach
  void start() {
    PlaywrightAssertions.setDefaultAssertionTimeout(90_000);
    real = new TestFleet(directory);
    real.commits.declare(1, CLEAR);
    real.commits.push("main", 1);
    real.deployments.reconcile();
    real.join("a");
    real.start("a");
    real.converge("a");
    runs = real.runs();
    tokens = new ApiTokens(real.store, real.clock);
    server =
        new Browser(
            tokens,
            real.clock,
            new ActionPages(runs),
            new NodePages(seen, real.operations, real.commits, new NoHistory()));
    fleet = server.fleet();
    fleet.put(node("grep-1").view());
  }

  @AfterEach
  void stop() {
    server.close();
    runs.close();
    real.close();
  }

  private void with(Consumer<Page> test) {
    Path chromium = Needs.tool("chromium");
    try (Playwright playwright =
            Playwright.create(
                new Playwright.CreateOptions()
                    .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        com.microsoft.playwright.Browser browser =
            playwright
                .chromium()
                .launch(
                    new BrowserType.LaunchOptions()
                        .setTimeout(90_000)
                        .setExecutablePath(chromium)
                        .setArgs(List.of("--no-sandbox")))) {
      BrowserContext person = browser.newContext();
      person.setDefaultTimeout(90_000);
      test.accept(person.newPage());
    }
  }

  private void signIn(Page page) {
    String token = tokens.create(INIT, new TokenView.Request("ann", "operator", null)).token();
    page.navigate(server.address() + "/ui/sign-in");
    page.fill("#token", token);
    page.click("main button");
    assertThat(page.locator("#live")).hasAttribute("data-state", "live");
  }

  /** Whether the request is one by which an open page renews itself. */
  private static boolean renews(Route route) {
    return route.request().headers().containsKey("hx-request");
  }

  /** Has requests that are like that answered otherwise. */
  private static void otherwise(Page page, String address, Predicate<Route> answered) {
    page.route(
        address,
        route -> {
          if (!answered.test(route)) {
            route.resume();
          }
        });
  }

  @Test
  void aFormThatIsBeingFilledInIsLeftAloneWhileThePageIsRenewed() {
    with(page -> {
      signIn(page);
      page.click("#act-freeze summary");
      page.fill("#act-freeze [name=reason]", "release");
      fleet.put(node("grep-2").view());
      assertThat(page.locator("#node-grep-2")).isVisible();
      assertThat(page.locator("#act-freeze [name=reason]")).hasValue("release");
      assertThat(page.locator("#act-freeze [name=reason]")).isFocused();
    });
  }

  @Test
  void aReasonOfSeveralNodesIsReadOnceAndAgainWhenTheFirstOfThemIsWell() {
    Nodes broken = node("grep-2").state(NodeState.ROLLED_BACK, "check exited 3", NOW);
    fleet.put(node("grep-1").state(NodeState.ROLLED_BACK, "check exited 3", NOW).view());
    fleet.put(broken.view());
    with(page -> {
      signIn(page);
      assertThat(page.locator("#node-grep-1 .reason")).isVisible();
      assertThat(page.locator("#node-grep-2 .reason")).isHidden();
      assertThat(page.locator("#node-grep-2 .why")).hasAttribute("data-as", "grep-1");
      fleet.put(node("grep-3").state(NodeState.ROLLED_BACK, "check exited 4", NOW).view());
      assertThat(page.locator("#node-grep-3 .reason")).isVisible();
      fleet.put(node("grep-1").view());
      assertThat(page.locator("#node-grep-2 .reason")).isVisible();
    });
  }

  @Test
  void aChangeThatComesWhileThePageIsFetchedIsNotLost() {
    with(page -> {
      signIn(page);
      List<Route> held = new ArrayList<>();
      List<APIResponse> old = new ArrayList<>();
      otherwise(
          page,
          server.address() + "/ui",
          route -> {
            if (!renews(route) || !held.isEmpty()) {
              return false;
            }
            old.add(route.fetch());
            held.add(route);
            return true;
          });
      fleet.put(node("grep-2").view());
      page.waitForCondition(() -> !held.isEmpty());
      fleet.put(node("grep-1").state(NodeState.FAILED, "check exited 1", NOW).view());
      assertThat(page.locator("#node-grep-1")).containsText("check exited 1");
      held.getFirst().fulfill(new Route.FulfillOptions().setResponse(old.getFirst()));
      assertThat(page.locator("#node-grep-2")).isVisible();
      assertThat(page.locator("#node-grep-1")).containsText("check exited 1");
    });
  }

  @Test
  void aPageThatCouldNotBeFetchedSaysThatItIsNotLiveAndIsFetchedAgain() {
    with(page -> {
      signIn(page);
      AtomicBoolean away = new AtomicBoolean(true);
      otherwise(
          page,
          server.address() + "/ui",
          route -> {
            if (!renews(route) || !away.get()) {
              return false;
            }
            route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("not now"));
            return true;
          });
      fleet.put(node("grep-2").view());
      assertThat(page.locator("#live")).hasText("not live, trying again");
      away.set(false);
      assertThat(page.locator("#node-grep-2")).isVisible();
      assertThat(page.locator("#live")).hasText("live");
    });
  }

  @Test
  void aPageWhoseWorkerSaysNothingHasAStreamOfItsOwn() {
    with(page -> {
      page.addInitScript(SILENT_WORKER);
      page.clock().install(new Clock.InstallOptions().setTime(0));
      // The clock goes on until it is paused, and not back: pause it well ahead.
      page.clock().pauseAt(3_600_000);
      page.navigate(server.address() + "/ui/sign-in");
      page.fill(
          "#token", tokens.create(INIT, new TokenView.Request("ann", "viewer", null)).token());
      page.click("main button");
      assertThat(page.locator("#live")).hasText("connecting");
      page.clock().runFor(30_000);
      assertThat(page.locator("#live")).hasText("connecting");
      page.clock().runFor(20_000);
      assertThat(page.locator("#live")).hasText("live");
    });
  }

  @Test
  void aServerThatCannotReadTheFleetIsNotLive() {
    with(page -> {
      signIn(page);
      fleet.broken(true);
      assertThat(page.locator("#live")).containsText("reconnecting");
      fleet.broken(false);
      assertThat(page.locator("#live")).hasText("live");
    });
  }

  @Test
  void aLinkOnAnotherSiteLeadsToThePageAndSignsNobodyOut() {
    with(page -> {
      signIn(page);
      Page mail = page.context().newPage();
      mail.route(
          "http://mail.example/**",
          route ->
              route.fulfill(
                  new Route.FulfillOptions()
                      .setContentType("text/html")
                      .setBody(
                          "<a href='%s/ui?state=failed#act-freeze'>see</a>"
                              .formatted(server.address()))));
      mail.navigate("http://mail.example/");
      mail.click("a");
      assertThat(mail.locator(".headline")).isVisible();
      assertThat(mail).hasURL(server.address() + "/ui?state=failed#act-freeze");
      page.reload();
      assertThat(page.locator(".headline")).isVisible();
    });
  }

  @Test
  void aFormIsSentOnceHoweverOftenItsButtonIsClicked() {
    with(page -> {
      signIn(page);
      Object sent = page.evaluate(SENT_TWICE);
      org.assertj.core.api.Assertions.assertThat(sent).isEqualTo(1);
    });
  }

  @Test
  void aButtonThatTheReaderHasReachedIsNotTakenAwayWhileTheRunGoesOn() {
    with(page -> {
      signIn(page);
      RunView run =
          runs.start(ADA, new RunView.Request("clear", null, List.of("a"), null, null, null, "1h"));
      String address = server.address() + "/ui/runs/" + run.id();
      page.navigate(address);
      page.click("#act-cancel summary");
      page.locator("#act-cancel button").focus();
      page.evaluate("document.querySelector('#act-cancel button').kept = true");
      for (int i = 0; i < 3; i++) {
        page.waitForResponse(address, () -> {});
      }
      page.evaluate("new Promise((done) => setTimeout(done))");
      org.assertj.core.api.Assertions.assertThat(
              page.evaluate("document.querySelector('#act-cancel button').kept"))
          .isEqualTo(true);
      assertThat(page.locator("#act-cancel button")).isFocused();
    });
  }

  @Test
  void theFormsBesideThePageFollowItAndKeepWhatIsTypedAndChosen() {
    Nodes node =
        node("grep-1")
            .worker("mail", "it answered")
            .stopped("grep")
            .state(NodeState.CONVERGED, "runs it", NOW);
    seen.put(node.view());
    with(page -> {
      signIn(page);
      page.navigate(server.address() + "/ui/nodes/grep-1");
      page.click("#act-worker summary");
      page.selectOption("#worker-name", "mail");
      page.fill("#worker-why", "it hangs");
      seen.put(node.pin("try", "bob", "a look", NOW).view());
      fleet.put(node("grep-2").view());
      assertThat(page.locator(".banner .next a")).hasText("Unpin…");
      assertThat(page.locator("#act-unpin button")).isVisible();
      assertThat(page.locator("#worker-name")).hasValue("mail");
      assertThat(page.locator("#worker-why")).hasValue("it hangs");
      assertThat(page.locator("#worker-why")).isFocused();
    });
  }

  @Test
  void aGenerationThatEndedIsNotExchangedForAnotherInAnOpenForm() {
    Nodes both =
        node("grep-1")
            .generation(3, 100, GenerationPhase.DRAINING, NOW)
            .generation(4, 101, GenerationPhase.CONSUMING, NOW);
    seen.put(both.view());
    with(page -> {
      signIn(page);
      page.navigate(server.address() + "/ui/nodes/grep-1");
      page.click("#act-kill summary");
      assertThat(page.locator("#kill-generation")).hasValue("3");
      page.fill("#kill-why", "it hangs");
      seen.put(node("grep-1").generation(4, 101, GenerationPhase.CONSUMING, NOW).view());
      fleet.put(node("grep-2").view());
      assertThat(page.locator("#kill-generation option")).hasCount(2);
      assertThat(page.locator("#kill-generation")).hasValue("3");
      assertThat(page.locator("#kill-why")).hasValue("it hangs");
    });
  }

  @Test
  void theFocusDoesNotGoToTheButtonOfAnotherLabel() {
    seen.put(node("grep-1").stopped("grep").labels(Map.of("a", "1", "b", "2")).view());
    with(page -> {
      signIn(page);
      page.navigate(server.address() + "/ui/nodes/grep-1");
      page.focus("button[aria-label='remove the label a']");
      seen.put(node("grep-1").labels(Map.of("a", "1", "b", "2")).view());
      fleet.put(node("grep-2").view());
      assertThat(page.locator("#act-worker")).not().containsText("Start");
      assertThat(page.locator("button[aria-label='remove the label b']")).not().isFocused();
    });
  }

  @Test
  void theTabOfAPageThatStaysOpenSaysHowThingsAreNow() {
    with(page -> {
      signIn(page);
      RunView run =
          runs.start(ADA, new RunView.Request("clear", null, List.of("a"), null, null, null, "1h"));
      page.navigate(server.address() + "/ui/runs/" + run.id());
      assertThat(page).hasTitle(Pattern.compile("^○"));
      runs.cancel(ADA, run.id());
      assertThat(page).hasTitle(Pattern.compile("^[^○].* run " + run.id()));
      assertThat(page.locator("link[rel=icon]")).hasAttribute("href", Pattern.compile("icon-bad"));
    });
  }

  @Test
  void whatAFormDidIsSaidByThePageThatAsksAndNotByAnotherTab() {
    with(page -> {
      signIn(page);
      List<@Nullable String> asked = new ArrayList<>();
      page.onRequest(request -> {
        if (request.url().endsWith("/ui") && "fetch".equals(request.resourceType())) {
          asked.add(request.headerValue("HX-Request"));
        }
      });
      fleet.put(node("grep-2").view());
      assertThat(page.locator("#node-grep-2")).isVisible();
      assertThat(asked).isNotEmpty().containsOnly("true");
    });
  }
}
