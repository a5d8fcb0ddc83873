package dev.pullcord.server.dashboard.remedy;

import static dev.pullcord.server.dashboard.Nodes.NEW;
import static dev.pullcord.server.dashboard.Nodes.NOW;
import static dev.pullcord.server.dashboard.Nodes.OLD;
import static dev.pullcord.server.dashboard.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.dashboard.FakeFleet;
import dev.pullcord.server.desired.CommitHistory;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemedyPagesTest {
  @TempDir Path directory;
  private final FakeFleet fleet = new FakeFleet();
  private TestFleet orders;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    orders = new TestFleet(directory);
    ManualClock clock = ManualClock.atNewYear();
    ApiTokens tokens = new ApiTokens(orders.store, clock);
    orders.join("web-1", "web-2", "web-3");
    fleet.put(failed("web-1", NodeState.FAILED, "check exited 1"));
    fleet.put(failed("web-2", NodeState.ROLLED_BACK, "check exited 1"));
    fleet.put(node("web-3").view());
    browser =
        new Browser(
            tokens,
            clock,
            new RemedyPages(
                fleet,
                orders.operations.nodes(),
                orders.holds.rollbacks(),
                orders.commits,
                new Nothing()));
    browser.signIn("ann", "operator");
  }

  @AfterEach
  void stop() {
    browser.close();
    orders.close();
  }

  private static dev.pullcord.protocol.api.NodeView failed(
      String name, NodeState state, String reason) {
    return node(name).state(state, reason, NOW).runs(OLD, NEW).view();
  }

  @Test
  void aRetryIsShownByReasonBeforeItIsDoneAndReachesThoseThatWereSeen() throws IOException {
    Browser.Answer seen = browser.get("/ui/retry");
    assertThat(seen.page().select("h1").text()).isEqualTo("Retry 2 nodes?");
    assertThat(seen.page().select(".reason-group")).hasSize(1);
    assertThat(seen.page().select(".reason-group a").eachText()).containsExactly("web-1", "web-2");
    assertThat(retried()).isEmpty();
    String names = seen.page().select("input[name=names]").attr("value");
    assertThat(browser.submit("/ui/retry", "names", names).location()).isEqualTo("/ui");
    assertThat(retried()).hasSize(2);
    assertThat(browser.get("/ui").page().select(".note.good").text())
        .isEqualTo("web-1, web-2 try again.");
  }

  @Test
  void aRetryOfTheFleetLeavesOutWhatIsSuspendedAsItsCountDoes() throws IOException {
    fleet.put(
        node("web-2")
            .state(NodeState.FAILED, "check exited 1", NOW)
            .suspended(new SuspensionView("bob", "a new disk", NOW, NOW.plusSeconds(60)))
            .view());
    assertThat(browser.get("/ui/retry").page().select("h1").text()).isEqualTo("Retry web-1?");
    assertThat(browser.get("/ui/retry?deployment=7").page().select("h1").text())
        .isEqualTo("Retry 2 nodes?");
  }

  @Test
  void aRetryOfANodeThatIsGoneSaysWhichAndRetriesTheOthers() throws IOException {
    browser.submit("/ui/retry", "names", "gone web-1", "from", "/ui/retry");
    assertThat(retried()).containsExactly("web-1 by ann");
    assertThat(browser.get("/ui/retry").page().select(".note.bad").text())
        .contains("1 node tries again", "gone");
  }

  @Test
  void manyFailuresOfAnotherKindHideNoneAndMoreThanOneRetryTakesAreCounted() throws IOException {
    for (int i = 0; i < 600; i++) {
      String name = "lost-%03d".formatted(i);
      fleet.put(
          node(name)
              .state(NodeState.FAILED, "check exited 1", NOW)
              .contact(new NodeView.Contact(null, null, "a copy of it is up"))
              .view());
    }
    assertThat(browser.get("/ui/retry").page().select("h1").text()).isEqualTo("Retry 2 nodes?");

    for (int i = 0; i < 600; i++) {
      fleet.put(failed("lost-%03d".formatted(i), NodeState.FAILED, "check exited 1"));
    }
    Browser.Answer seen = browser.get("/ui/retry");
    assertThat(seen.page().select("h1").text()).isEqualTo("Retry 500 nodes?");
    assertThat(seen.text()).contains("102 more failed");
  }

  @Test
  void moreNodesThanAPageShowsAreRefusedAndNothingIsDone() throws IOException {
    browser.submit("/ui/retry", "names", "web-1 ".repeat(501), "from", "/ui/retry");
    assertThat(retried()).isEmpty();
    browser.submit("/ui/retry", "from", "/ui/retry");
    assertThat(retried()).isEmpty();
    assertThat(browser.get("/ui/retry").page().select(".note.bad").text())
        .contains("0 nodes try again");
  }

  @Test
  void whereNothingFailedThereIsNothingToRetry() throws IOException {
    fleet.put(node("web-1").view());
    fleet.put(node("web-2").view());
    assertThat(browser.get("/ui/retry").page().select("h1").text()).isEqualTo("Nothing to retry");
  }

  @Test
  void aRollbackSaysWhoGoesBackToWhatAndHasTheWayThatMendsTheBranch() throws IOException {
    CommitId good = pushed(1);
    orders.start("web-1", "web-2", "web-3");
    orders.converge("web-1", "web-2", "web-3");
    pushed(2);
    Browser.Answer seen = browser.get("/ui/rollback?ref=main");
    assertThat(seen.page().select(".say").text())
        .contains("3 nodes go back to " + good.abbreviated());
    assertThat(seen.page().select("form[action='/ui/rollbacks'] input[name=to]").attr("value"))
        .isEqualTo(good.value());
    assertThat(seen.page().select("pre").text())
        .contains(
            "git revert --no-edit 0000002 && git push http://127.0.0.1:8420/git/fleet.git HEAD:");
  }

  @Test
  void aRollbackNamesWhoIsPinnedToTheBranchAndNobodyThatGoesNowhere() throws IOException {
    CommitId to = pushed(1);
    orders.start("web-1", "web-2", "web-3");
    orders.converge("web-1", "web-2", "web-3");
    pushed(2);
    fleet.put(node("web-1").ref("dev").pin("main", "ann", "try it", NOW.plusSeconds(60)).view());
    fleet.put(node("web-2").pin("dev", "ann", "try it", NOW.plusSeconds(60)).view());
    fleet.put(node("web-3").runs(NEW, to).view());
    Browser.Answer seen = browser.get("/ui/rollback?ref=main");
    assertThat(seen.page().select(".facts a").eachText()).containsExactly("web-1");
    assertThat(seen.page().select(".say").text())
        .contains("web-1 goes back to " + to.abbreviated());

    fleet.put(node("web-1").ref("dev").view());
    Browser.Answer nobody = browser.get("/ui/rollback?ref=main");
    assertThat(nobody.page().select(".facts a")).isEmpty();
    assertThat(nobody.page().select(".say").text())
        .contains("No node goes back to " + to.abbreviated());
  }

  @Test
  void aViewerIsToldThatHeMayNot() throws IOException {
    browser.signIn("bob", "viewer");
    assertThat(browser.get("/ui/retry").status()).isEqualTo(403);
    assertThat(browser.get("/ui/rollback?ref=main").status()).isEqualTo(403);
    assertThat(browser.submit("/ui/retry", "names", "web-1").status()).isEqualTo(403);
  }

  private CommitId pushed(int n) {
    CommitId commit = orders.commits.push("main", n);
    orders.deployments.reconcile();
    return commit;
  }

  /** The nodes whose retry was ordered and who did. */
  private List<String> retried() {
    return orders.audit().stream()
        .filter(act -> act.what().equals("retry"))
        .map(act -> act.subject() + " by " + act.who())
        .toList();
  }

  private static final class Nothing implements CommitHistory {
    @Override
    public List<String> changes(@Nullable CommitId before, CommitId now) {
      return List.of("restarts grep");
    }

    @Override
    public List<HistoryCommit> commits(@Nullable CommitId before, CommitId now, int limit) {
      return List.of();
    }

    @Override
    public List<FileChange> files(@Nullable CommitId before, CommitId now, int limit) {
      return List.of();
    }
  }
}
