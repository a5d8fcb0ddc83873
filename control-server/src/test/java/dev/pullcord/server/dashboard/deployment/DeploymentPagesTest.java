package dev.pullcord.server.dashboard.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.api.RolloutView.Wave;
import dev.pullcord.protocol.api.RolloutView.WaveState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.server.FakeCommits;
import dev.pullcord.server.FakeFleet;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.dashboard.Payloads;
import dev.pullcord.server.desired.CommitHistory;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.view.NodeHold;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jsoup.nodes.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentPagesTest {
  private static final String PAGE = "/ui/deployments";

  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();
  private final FakeFleet fleet = new FakeFleet();
  private final FakeCommits commits = new FakeCommits();
  private String word = "harmless";
  private TestFleet orders;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    orders = new TestFleet(directory);
    ApiTokens tokens = new ApiTokens(orders.store, clock);
    browser =
        new Browser(
            tokens,
            clock,
            new DeploymentPages(fleet, commits, new Written(), orders.operations.rollouts()));
    browser.signIn("ann", "viewer");
  }

  @AfterEach
  void stop() {
    browser.close();
    orders.close();
  }

  /** A history in which everything is called {@link #word}. */
  private final class Written implements CommitHistory {
    @Override
    public List<String> changes(@Nullable CommitId before, CommitId now) {
      return List.of(word);
    }

    @Override
    public List<HistoryCommit> commits(@Nullable CommitId before, CommitId now, int limit) {
      return List.of(new HistoryCommit(now, word, word, clock.instant()));
    }

    @Override
    public List<FileChange> files(@Nullable CommitId before, CommitId now, int limit) {
      return List.of(new FileChange(word, "changed"));
    }
  }

  private static StepRecord failed(CommitId commit, String output) {
    return new StepRecord(
        1,
        0,
        commit,
        StepRecord.Kind.CHECK,
        "bin/check",
        StepRecord.Outcome.RELEASE_FAULT,
        Instant.parse("2026-01-01T00:00:00Z"),
        20,
        1,
        output);
  }

  private Document page(String path) throws IOException {
    Browser.Answer answer = browser.get(path);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.page();
  }

  @Test
  void anEmptyHistoryTeachesTheFirstPush() throws IOException {
    assertThat(page(PAGE).select("pre").text())
        .contains("git remote add pullcord http://127.0.0.1:8420/git/fleet.git")
        .contains("git push pullcord HEAD:main");
  }

  @Test
  void theNewestIsFirstAndTheOneBeforeSaysThatItWasSuperseded() throws IOException {
    fleet.deployment("main", FakeCommits.commit(1), "web-1");
    fleet.deployment("main", FakeCommits.commit(2), "web-1");
    assertThat(page(PAGE).select("tbody .chip").eachText())
        .containsExactly("▸running", "–superseded");
    assertThat(page(PAGE + "/1").select(".banner a").attr("href")).isEqualTo(PAGE + "/2");
  }

  @Test
  void branchAndStateAreChosenInTheAddress() throws IOException {
    fleet.deployment("main", FakeCommits.commit(1), "web-1");
    fleet.deployment("main", FakeCommits.commit(2), "web-1");
    fleet.deployment("try", FakeCommits.commit(3), "web-2");
    assertThat(page(PAGE + "?ref=try").select("tbody tr")).hasSize(1);
    assertThat(page(PAGE + "?state=superseded").select("tbody a.chip").eachAttr("href"))
        .containsExactly(PAGE + "/1");
    assertThat(page(PAGE + "?ref=gone").text()).contains("No deployment is like that");
  }

  @Test
  void olderOnesAreOnPagesOfTheirOwn() throws IOException {
    for (int i = 1; i <= Listing.ROWS + 1; i++) {
      fleet.deployment("main", FakeCommits.commit(i), "web-1");
    }
    Document first = page(PAGE);
    assertThat(first.select("tbody tr")).hasSize(Listing.ROWS);
    Document second = page(first.select("a.more-link").attr("href"));
    assertThat(second.select("tbody a.chip").eachAttr("href")).containsExactly(PAGE + "/1");
    assertThat(second.select("a.more-link")).isEmpty();
  }

  @Test
  void whoeverNeedsSomebodyIsFirstWithTheEndOfItsOutput() throws IOException {
    CommitId commit = FakeCommits.commit(1);
    long id = fleet.deployment("main", commit, "web-1", "web-2");
    fleet.state(id, "web-1", NodeState.CONVERGED, "");
    fleet.state(id, "web-2", NodeState.ROLLED_BACK, "check bin/check exited 1");
    fleet.step(id, "web-2", failed(commit, "one\nno such table: words\n"));
    Document page = page(PAGE + "/" + id);
    assertThat(page.select("article.member").eachAttr("id"))
        .containsExactly("node-web-2", "node-web-1");
    assertThat(page.select("#node-web-2 > pre").text()).contains("no such table: words");
    assertThat(page.select(".say").text()).contains("1 of 2 nodes");
    assertThat(page.select(".outcome")).isEmpty();
    assertThat(page.select("#p50")).isEmpty();
    assertThat(page.select("#curve-data").attr("data-drawn")).isEqualTo("no");
    assertThat(page.select(".banner .next")).isEmpty();
    browser.signIn("op", "operator");
    assertThat(page(PAGE + "/" + id).select(".banner .next a").eachText()).contains("Retry web-2…");
    assertThat(page.select("#files").text()).contains("harmless");
  }

  @Test
  void timesInASentenceAreSaidAsPeopleSayThem() throws IOException {
    long id = fleet.deployment("main", FakeCommits.commit(1), "web-1");
    Instant since = clock.instant().minusSeconds(3);
    fleet.state(id, "web-1", NodeState.APPLYING, "draining pid 7 since " + since);

    Document page = page(PAGE + "/" + id);

    assertThat(page.select("#node-web-1 .line").text()).contains("draining pid 7 for 3s");
    assertThat(page.select("#node-web-1 .line time").attr("datetime")).isEqualTo(since.toString());
  }

  @Test
  void fortyNodesThatFailedAlikeAreOneFailureWithTheirNamesFolded() throws IOException {
    CommitId commit = FakeCommits.commit(1);
    String[] names = IntStream.range(10, 50).mapToObj(i -> "n" + i).toArray(String[]::new);
    long id = fleet.deployment("main", commit, names);
    for (String name : names) {
      fleet.state(id, name, NodeState.ROLLED_BACK, "check bin/check exited 1");
      fleet.step(id, name, failed(commit, "no such table: words\n"));
    }
    Document page = page(PAGE + "/" + id);
    assertThat(page.select("article.member")).hasSize(1);
    assertThat(page.select("details[id^=steps-]")).hasSize(1);
    assertThat(page.select(".member > .alike").text())
        .isEqualTo("and so 39 others: n11 n12 n13 n14 n15 n16 n17 n18");
    assertThat(page.select(".member details[id^=alike-] a")).hasSize(31);
    assertThat(page.select(".member").outerHtml()).containsOnlyOnce("check bin/check exited 1");

    Document one = page(PAGE + "/" + id + "?node=n30");
    assertThat(one.select("article.member").eachAttr("id")).containsExactly("node-n30");
  }

  @Test
  void nodesThatWaitForTheSameAreOneEntryInTheOrderInWhichPeopleCount() throws IOException {
    long id = fleet.deployment("main", FakeCommits.commit(1), "n10", "n2", "n1");
    for (String name : List.of("n10", "n2", "n1")) {
      fleet.state(id, name, NodeState.WAITING, "the rollout of 3f2a91c is halted: n0");
    }
    Document page = page(PAGE + "/" + id);
    assertThat(page.select("article.member").eachAttr("id")).containsExactly("node-n1");
    assertThat(page.select(".member > .alike").text()).isEqualTo("and so 2 others: n2 n10");
  }

  @Test
  void aDrainThatDoesNotEndLeadsToItsKill() throws IOException {
    browser.signIn("op", "operator");
    long id = fleet.deployment("main", FakeCommits.commit(1), "n1");
    String reason = "draining pid 12 since " + clock.instant();
    fleet.state(id, "n1", NodeState.APPLYING, reason);
    assertThat(page(PAGE + "/" + id).select(".banner .next")).isEmpty();
    clock.advance(Duration.ofMinutes(1));
    assertThat(page(PAGE + "/" + id).select(".banner .next a"))
        .extracting(a -> a.text() + " " + a.attr("href"))
        .containsExactly("Kill what drains on n1… /ui/nodes/n1#act-kill");
  }

  @Test
  void whatFailedIsShownOnceAndItsStepsOpen() throws IOException {
    long id = fleet.deployment("main", FakeCommits.commit(1), "n1");
    fleet.state(id, "n1", NodeState.ROLLED_BACK, "check bin/check exited 1");
    fleet.step(id, "n1", failed(FakeCommits.commit(1), "no such table: words\n"));
    Document page = page(PAGE + "/" + id);
    assertThat(page.select("#node-n1 > pre").text()).isEqualTo("no such table: words");
    assertThat(page.select("#steps-n1").hasAttr("open")).isFalse();
  }

  @Test
  void manyNodesThatConvergedAreOneLineThatOpensBelowThoseThatDidNot() throws IOException {
    CommitId commit = FakeCommits.commit(1);
    String[] names = IntStream.range(10, 50).mapToObj(i -> "n" + i).toArray(String[]::new);
    long id = fleet.deployment("main", commit, names);
    for (String name : names) {
      fleet.state(id, name, NodeState.CONVERGED, "runs it");
    }
    fleet.state(id, "n30", NodeState.FAILED, "check bin/check exited 1");

    Document page = page(PAGE + "/" + id);
    assertThat(page.select(".members > article").eachAttr("id")).containsExactly("node-n30");
    assertThat(page.select("#converged > summary b").text()).isEqualTo("✓39 converged");
    assertThat(page.select("#converged article")).hasSize(39);
    assertThat(page.select("#converged").hasAttr("open")).isFalse();
    assertThat(page(PAGE + "/" + id + "?node=n31").select("#converged")).isEmpty();
  }

  @Test
  void aDrainThatWasKilledIsNoSuccess() throws IOException {
    CommitId commit = FakeCommits.commit(1);
    long id = fleet.deployment("main", commit, "web-1");
    fleet.state(id, "web-1", NodeState.CONVERGED, "");
    fleet.step(
        id,
        "web-1",
        new StepRecord(
            1,
            0,
            commit,
            StepRecord.Kind.DRAIN,
            "grep generation 7, killed",
            StepRecord.Outcome.ABANDONED,
            Instant.parse("2026-01-01T00:00:00Z"),
            20,
            null,
            "killed by ann: stuck\nSIGKILL to all of its processes; sent: 1"));
    Document page = page(PAGE + "/" + id + "?node=web-1");
    assertThat(page.select("#node-web-1 .o-abandoned").text()).contains("cut short, not drained");
    assertThat(page.select("#node-web-1 .o-ok")).isEmpty();
    assertThat(page.select("#node-web-1").text()).contains("killed by ann: stuck");
  }

  @Test
  void whatIsFrozenLeadsToTheFreezeAndNobodyIsBlamedForACommitBefore() throws IOException {
    CommitId commit = FakeCommits.commit(2);
    long id = fleet.deployment("main", commit, "web-1", "web-2");
    fleet.state(id, "web-1", NodeState.HELD, "frozen by ann: the audit runs");
    fleet.state(id, "web-2", NodeState.ROLLED_BACK, "check exited 1");
    for (String name : List.of("web-1", "web-2")) {
      fleet.holds(name, new NodeHold(NodeHold.Kind.FREEZE, "main", "", id, commit, "thaw it"));
    }
    assertThat(page(PAGE + "/" + id).select(".banner .next")).isEmpty();
    browser.signIn("bob", "operator");
    Document page = page(PAGE + "/" + id);
    assertThat(page.select(".banner").text()).contains("take it by themselves when that ends");
    assertThat(page.select(".banner .next a").eachAttr("href"))
        .containsExactly("/ui/freezes/end?ref=main&selector=");
    assertThat(page.select(".banner .next form")).isEmpty();
    assertThat(page.select("#node-web-2").text()).contains("on the commit before");
  }

  @Test
  void whoIsOfflineInAFreezeFailedAtNothing() throws IOException {
    CommitId commit = FakeCommits.commit(2);
    long id = fleet.deployment("main", commit, "web-1");
    fleet.state(id, "web-1", NodeState.OFFLINE, "no contact");
    fleet.holds("web-1", new NodeHold(NodeHold.Kind.FREEZE, "main", "", id, commit, "thaw it"));
    assertThat(page(PAGE + "/" + id).select("#node-web-1").text())
        .contains("offline", "no contact")
        .doesNotContain("commit before");
  }

  @Test
  void whoFailedOnTheCommitBeforeIsBlamedOnNoPageHoweverManyTheyAre() throws IOException {
    CommitId commit = FakeCommits.commit(2);
    String[] names = IntStream.range(10, 41).mapToObj(i -> "n" + i).toArray(String[]::new);
    long id = fleet.deployment("main", commit, names);
    fleet.state(id, "n10", NodeState.HELD, "frozen by ann: the audit runs");
    for (String name : names) {
      fleet.holds(name, new NodeHold(NodeHold.Kind.FREEZE, "main", "", id, commit, "thaw it"));
      if (!name.equals("n10")) {
        fleet.state(id, name, NodeState.ROLLED_BACK, "check exited 1");
      }
    }
    browser.signIn("bob", "operator");
    for (String only : List.of("", "?node=n10", "?node=n40")) {
      Document page = page(PAGE + "/" + id + only);
      assertThat(page.select(".banner .next a").eachText()).containsExactly("End the freeze…");
    }
    assertThat(page(PAGE + "/" + id + "?node=n40").select("#node-n40").text())
        .contains("on the commit before; it is kept from this one");
  }

  /** The banner of a canary rollout with these waves, as an operator reads it. */
  private String banner(RolloutView.State state, Wave... waves) throws IOException {
    CommitId commit = FakeCommits.commit(1);
    long id = fleet.deployment("main", commit, "web-1", "web-2");
    fleet.rollout(
        new RolloutView(
            id, "main", commit, "canary", state, "", "ann", List.of(waves), 1, 2, 1, 0));
    return page(PAGE + "/" + id).select(".banner").text();
  }

  private static Wave wave(String name, WaveState state) {
    return new Wave(name, List.of(new NodeName("web-1")), state);
  }

  @Test
  void aRolloutThatItsCanaryHoldsOffersToPassItOver() throws IOException {
    browser.signIn("op", "operator");
    Wave canary = wave("canary", WaveState.FAILED);
    Wave rest = wave("wave 2", WaveState.WAITING);
    assertThat(banner(RolloutView.State.RUNNING, canary, rest))
        .contains("Its canary failed, and the others wait for it", "Promote…");
    assertThat(banner(RolloutView.State.HALTED, canary, rest))
        .contains("Its rollout has halted at the canary", "Promote… Resume…");
  }

  @Test
  void afterAPromoteNobodyIsSaidToWaitForTheCanary() throws IOException {
    browser.signIn("op", "operator");
    Wave canary = wave("canary", WaveState.FAILED);
    assertThat(banner(RolloutView.State.RUNNING, canary, wave("wave 2", WaveState.RUNNING)))
        .doesNotContain("canary", "Promote…");
    assertThat(banner(RolloutView.State.HALTED, canary, wave("wave 2", WaveState.FAILED)))
        .contains("Its rollout has halted: push a mended commit, or resume it.");
  }

  @Test
  void aRolloutThatSomebodyPausedIsResumedFromItsBanner() throws IOException {
    browser.signIn("op", "operator");
    assertThat(banner(RolloutView.State.PAUSED, wave("wave 1", WaveState.WAITING)))
        .contains("Its rollout is paused", "Resume…")
        .doesNotContain("Promote…");
  }

  @Test
  void aRolloutSaysOnceHowManyNodesFailed() throws IOException {
    CommitId commit = FakeCommits.commit(1);
    long id = fleet.deployment("main", commit, "web-1", "web-2");
    String reason = "1 node failed, more than the failure budget of 0: web-1 (check exited 1)";
    Wave wave = wave("wave 1", WaveState.FAILED);
    for (String why : List.of("", reason)) {
      fleet.rollout(
          new RolloutView(
              id,
              "main",
              commit,
              "rolling",
              RolloutView.State.HALTED,
              why,
              "ann",
              List.of(wave),
              1,
              2,
              1,
              0));
      assertThat(page(PAGE + "/" + id).select(".waves p").text())
          .containsOnlyOnce("failure budget of 0");
    }
  }

  @Test
  void aRolloutThatLostItsCanariesOrAllOfItsNodesHasItsPage() throws IOException {
    browser.signIn("op", "operator");
    Wave second = wave("wave 2", WaveState.FAILED);
    Wave third = wave("wave 3", WaveState.WAITING);
    assertThat(banner(RolloutView.State.RUNNING, second, third)).doesNotContain("canary");
    assertThat(banner(RolloutView.State.HALTED, second, third)).doesNotContain("canary");
    assertThat(banner(RolloutView.State.RUNNING)).doesNotContain("canary");
    assertThat(banner(RolloutView.State.HALTED)).contains("Its rollout has halted: push");
  }

  @Test
  void aChipSaysTheStateBySignWordAndColourAndLeadsToItsDeployment() throws IOException {
    fleet.deployment("main", FakeCommits.commit(1), "web-1");
    long good = fleet.deployment("try", FakeCommits.commit(3), "web-2");
    fleet.state(good, "web-2", NodeState.CONVERGED, "runs it");
    long bad = fleet.deployment("main", FakeCommits.commit(2), "web-1");
    fleet.state(bad, "web-1", NodeState.ROLLED_BACK, "check exited 1");
    assertThat(page(PAGE).select("tbody a.chip"))
        .extracting(c -> c.text() + " " + c.className() + " " + c.attr("href"))
        .containsExactly(
            "▸running chip d-running t-busy " + PAGE + "/3",
            "✓converged chip d-converged t-good " + PAGE + "/2",
            "–superseded chip d-superseded t-none " + PAGE + "/1");
  }

  @Test
  void whatIsNotThereIsSaid() throws IOException {
    assertThat(browser.get(PAGE + "/9").status()).isEqualTo(404);
    assertThat(browser.get(PAGE + "/x").text())
        .contains("there is no deployment x (any more: of a branch the newest 10000 are kept)");
    assertThat(browser.get(PAGE + "/9").page().select("main a[href=" + PAGE + "]").text())
        .isEqualTo("To the deployments");
    assertThat(browser.get(PAGE + "?state=blue").text())
        .contains("blue is no state of a deployment: running, converged");
    assertThat(browser.get(PAGE + "?before=x").status()).isEqualTo(422);
    long id = fleet.deployment("main", FakeCommits.commit(1), "web-1");
    assertThat(browser.get(PAGE + "/" + id + "?node=web-9").status()).isEqualTo(404);
    assertThat(browser.get(PAGE + "/" + id + "?node=web-9").text())
        .contains("web-9 is no node of deployment " + id)
        .contains("lists its nodes");
  }

  @Test
  void everyPayloadInEveryTextIsTextAndNothingElse() throws IOException {
    List<Document> harmless = pagesThatSay("harmless");
    assertThat(harmless).allMatch(page -> Payloads.timesSaid(page, "harmless") >= 5);
    for (String payload : Payloads.all()) {
      Payloads.assertHarmless(payload, pagesThatSay(payload), harmless);
    }
  }

  /** The history and the page of a deployment whose texts all say this. */
  private List<Document> pagesThatSay(String text) throws IOException {
    word = text;
    fleet.wording(text);
    CommitId commit = FakeCommits.commit(1);
    long id = fleet.deployment(text, commit, "web-1");
    fleet.state(id, "web-1", NodeState.FAILED, text);
    fleet.step(id, "web-1", failed(commit, text));
    return List.of(
        page(PAGE + "?ref=" + URLEncoder.encode(text, StandardCharsets.UTF_8)),
        page(PAGE + "/" + id));
  }
}
