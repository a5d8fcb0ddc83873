package dev.pullcord.server.dashboard.action;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.manifest.action.ActionSpec;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.action.ActionRuns;
import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.security.token.ApiTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is run is what was seen, and it is run once. */
class ActionPagesTest {
  private static final ActionSpec CLEAR =
      new ActionSpec("clear", List.of("bin/clear"), Duration.ofSeconds(30), Map.of());

  @TempDir Path directory;
  private TestFleet fleet;
  private ActionRuns runs;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    fleet = new TestFleet(directory);
    for (int commit = 1; commit <= 2; commit++) {
      fleet.commits.declare(commit, CLEAR);
    }
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    fleet.join("a", "b");
    fleet.start("a", "b");
    fleet.converge("a", "b");
    runs = fleet.runs();
    browser =
        new Browser(new ApiTokens(fleet.store, fleet.clock), fleet.clock, new ActionPages(runs));
    browser.signIn("ann", "operator");
  }

  @AfterEach
  void stop() {
    browser.close();
    runs.close();
    fleet.close();
  }

  private Browser.Answer preview() throws IOException {
    return browser.submit("/ui/actions/foresee", "action", "clear", "names", "a b");
  }

  /** Clicks the button of a preview. */
  private Browser.Answer run(Browser.Answer preview) throws IOException {
    return browser.post("/ui/actions/run", fields(preview));
  }

  private static String[] fields(Browser.Answer preview) {
    return preview.page().select("form.go input").stream()
        .flatMap(field -> List.of(field.attr("name"), field.attr("value")).stream())
        .toArray(String[]::new);
  }

  /** The pages of a server that has just started over the same store. */
  private void restart() throws IOException {
    browser.close();
    browser =
        new Browser(new ApiTokens(fleet.store, fleet.clock), fleet.clock, new ActionPages(runs));
    browser.signIn("bea", "operator");
  }

  @Test
  void aPreviewThatIsSentTwiceStartsOneRun() throws IOException {
    Browser.Answer preview = preview();
    assertThat(run(preview).location()).isEqualTo("/ui/runs/1");
    assertThat(run(preview).location()).isEqualTo("/ui/runs/1");
    assertThat(runs.open()).isEqualTo(1);
    assertThat(run(preview()).location()).as("another preview").isEqualTo("/ui/runs/2");
  }

  @Test
  void aPreviewThatIsSentAgainAfterARestartOfTheServerStartsNoSecondRun() throws IOException {
    Browser.Answer preview = preview();
    assertThat(run(preview).location()).isEqualTo("/ui/runs/1");
    restart();

    Browser.Answer again = browser.submit("/ui/actions/run", withoutSecret(preview));

    assertThat(again.status()).isEqualTo(409);
    assertThat(again.text()).contains("the server has restarted since", "Look at the last runs");
    assertThat(runs.open()).isEqualTo(1);
    assertThat(run(again).location()).as("once it was looked at").isEqualTo("/ui/runs/2");
  }

  /** Its fields; the new browser has a cookie of its own. */
  private static String[] withoutSecret(Browser.Answer preview) {
    preview.page().select("form.go input[name=form]").remove();
    return fields(preview);
  }

  @Test
  void aNodeThatRunsAnotherCommitMeanwhileIsShownBeforeAnythingRuns() throws IOException {
    Browser.Answer preview = preview();
    fleet.commits.push("main", 2);
    fleet.deployments.reconcile();
    fleet.converge("a", "b");

    Browser.Answer again = run(preview);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.text())
        .contains("Nothing was started", "at commit " + commit(2).abbreviated());
    assertThat(runs.open()).isZero();
    assertThat(run(again).location()).isEqualTo("/ui/runs/1");
  }

  @Test
  void aFormThatCannotBeRunIsShownAgainWithTheReason() throws IOException {
    Browser.Answer answer = browser.submit("/ui/actions/run", "action", "clear", "names", "nobody");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.page().select(".wrong").text()).contains("there is no node nobody");
  }
}
