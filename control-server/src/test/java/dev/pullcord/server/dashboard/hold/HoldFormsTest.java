package dev.pullcord.server.dashboard.hold;

import static dev.pullcord.server.FakeCommits.commit;
import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.manifest.node.NodeShare;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.audit.AuditSentences;
import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.dashboard.NoHistory;
import dev.pullcord.server.dashboard.node.NodePages;
import dev.pullcord.server.gate.Gates;
import dev.pullcord.server.gate.KeptGates;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.GateTable.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's page leads to what holds the node, and what holds it can be ended there. */
@SuppressWarnings("NullAway.Init")
class HoldFormsTest {
  private static final Window BY_DAY = new Window("daily 08:00-18:00", "UTC");
  private static final RolloutSpec ONE_BY_ONE =
      new RolloutSpec(
          new RolloutSpec.Strategy.Rolling(),
          new NodeShare(1, false),
          0,
          RolloutSpec.OnHalt.STAY,
          Duration.ofMinutes(30));

  @TempDir Path directory;
  private TestFleet fleet;
  private KeptGates gates;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    fleet.join("a", "b");
    fleet.start("a", "b");
    fleet.converge("a", "b");
    gates = new KeptGates(fleet.store, fleet.decisions, fleet.model, _ -> {}, fleet.clock);
    browser =
        new Browser(
            new ApiTokens(fleet.store, fleet.clock),
            fleet.clock,
            new NodePages(fleet.views, fleet.operations, fleet.commits, new NoHistory()),
            new HoldForms(fleet.views, fleet.holds, gates));
    browser.signIn("ann", "operator");
  }

  @AfterEach
  void stop() {
    browser.close();
    fleet.close();
  }

  private void push(int number) {
    fleet.commits.push("main", number);
    fleet.deployments.reconcile();
  }

  private void freeze() {
    fleet
        .holds
        .freezes()
        .freeze(ADA, new FreezeView.Request("main", null, "2h", "release", null, null));
    push(2);
  }

  private Gate gate() {
    return gates.open(new Gates.Asked("main", commit(1), commit(7), RolloutSpec.ALL_AT_ONCE), ADA);
  }

  private String wayOut(String node) throws IOException {
    Document page = browser.get("/ui/nodes/" + node).page();
    return page.select(".banner .next a").attr("href");
  }

  @Test
  void aFrozenNodeLeadsToItsFreezeAndSaysWhatWaits() throws IOException {
    freeze();

    Document page = browser.get("/ui/nodes/a").page();
    assertThat(page.select(".banner").text()).contains("0000002", "waits", "End the freeze…");
    Document end = browser.get(wayOut("a")).page();
    assertThat(end.select("h1").text()).isEqualTo("End the freeze of main?");
    assertThat(end.select(".facts a").eachText()).containsExactly("a", "b");
    assertThat(fleet.views.freezes()).as("looking ends nothing").hasSize(1);

    browser.submit("/ui/freezes/end", "ref", "main", "selector", "");
    assertThat(fleet.views.freezes()).isEmpty();
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
  }

  @Test
  void aNodeOutsideItsWindowLeadsToTheDeploymentThatWaits() throws IOException {
    fleet.commits.windows(2, BY_DAY);
    push(2);

    assertThat(wayOut("a")).isEqualTo("/ui/deployments/2");
    assertThat(fleet.view("a").why())
        .contains("pullcord pin a 0000002 --even-frozen --for 2h --reason 'why'");
  }

  @Test
  void aNodeWhoseTurnHasNotComeLeadsToItsRollout() throws IOException {
    fleet.commits.rollout(2, ONE_BY_ONE);
    push(2);

    assertThat(wayOut("b")).isEqualTo("/ui/deployments/2");
    assertThat(fleet.view("b").why()).contains("pullcord rollout main");
  }

  @Test
  void aCanaryLeadsToItsGateWhichEndsByAButtonThatTheAuditLogKnows() throws IOException {
    Gate gate = gate();
    fleet.report("a", Said.by(fleet, "a").state(NodeState.APPLYING, "checking").next());
    assertThat(fleet.view("a").why())
        .contains(
            "Follow it: pullcord status --watch. It is a canary", "pullcord gates --end main.");
    fleet.converge("a");

    assertThat(wayOut("a")).isEqualTo("/ui/gates/end?ref=main");
    assertThat(fleet.view("a").why()).contains("pullcord gates --end main");
    assertThat(browser.get("/ui/gates/end?ref=main").text())
        .contains("End the gate of ada for main?", "the push is refused");

    browser.submit("/ui/gates/end", "ref", "main");
    assertThat(fleet.views.gates()).isEmpty();
    assertThat(gates.endedBy(gate)).contains("ann");
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(AuditSentences.of(fleet.audited("gate.stop").orElseThrow()))
        .isEqualTo("ann ended the gate for main at 0000007");
    gates.close(gate, ADA, "refused");
    assertThat(fleet.audited("gate.end")).as("it has ended once").isEmpty();
  }

  @Test
  void theEndOfARollbackNamesWhoIsPinnedToTheBranchAndNobodyThatStays() throws IOException {
    fleet.commits.push("dev", 5);
    push(2);
    fleet.joinTo("dev", "c");
    fleet.pin("b", "dev", "1h");
    fleet.pin("c", "main", "1h");
    fleet
        .holds
        .rollbacks()
        .rollback(ADA, "main", new RollbackView.Request(commit(1).value(), "bad", null));
    assertThat(fleet.desired("c").commit()).isEqualTo(commit(1));

    Document end = browser.get("/ui/rollbacks/end?ref=main").page();
    assertThat(end.select(".facts a").eachText()).containsExactly("a", "c");
    browser.submit("/ui/rollbacks/end", "ref", "main");
    assertThat(fleet.desired("c").commit()).isEqualTo(commit(2));
    assertThat(fleet.desired("b").commit()).isEqualTo(commit(5));
  }

  @Test
  void theEndOfAnotherFreezeThanTheOneThatWasSeenIsNotMade() throws IOException {
    freeze();
    Document end = browser.get("/ui/freezes/end?ref=main").page();
    String seen = end.select("input[name=seen]").attr("value");
    String from = end.select("input[name=from]").attr("value");
    fleet.clock.advance(Duration.ofMinutes(1));
    fleet
        .holds
        .freezes()
        .freeze(ADA, new FreezeView.Request("main", null, "2h", "audit", null, null));

    Browser.Answer answer =
        browser.submit(
            "/ui/freezes/end", "ref", "main", "selector", "", "seen", seen, "from", from);
    assertThat(fleet.views.freezes()).hasSize(1);
    Browser.Answer again = browser.get(answer.location());
    assertThat(again.page().select("h1").text()).isEqualTo("End the freeze of main?");
    assertThat(again.text()).contains("nothing was ended", "audit");

    String now = again.page().select("input[name=seen]").attr("value");
    browser.submit("/ui/freezes/end", "ref", "main", "selector", "", "seen", now);
    assertThat(fleet.views.freezes()).isEmpty();
  }

  @Test
  void theEndOfAnotherGateThanTheOneThatWasSeenIsNotMade() throws IOException {
    Gate gate = gate();
    Document end = browser.get("/ui/gates/end?ref=main").page();
    String seen = end.select("input[name=seen]").attr("value");
    gates.close(gate, ADA, "refused");
    fleet.clock.advance(Duration.ofMinutes(1));
    gate();

    browser.submit("/ui/gates/end", "ref", "main", "seen", seen);
    assertThat(fleet.views.gates()).hasSize(1);
  }

  @Test
  void whatHasEndedMeanwhileIsSaid() throws IOException {
    for (String kind : List.of("freezes", "rollbacks", "gates")) {
      Browser.Answer answer = browser.get("/ui/" + kind + "/end?ref=main");
      assertThat(answer.status()).as(kind).isEqualTo(404);
      assertThat(answer.text()).contains("It has ended");
    }
    browser.submit("/ui/gates/end", "ref", "main");
    assertThat(browser.get("/ui/nodes/a").page().select(".note.bad").text())
        .contains("no gate is open for main; none is open at all");
  }

  @Test
  void aViewerSeesTheReasonAndNoButton() throws IOException {
    freeze();
    browser.signIn("bob", "viewer");

    assertThat(browser.get("/ui/nodes/a").page().select(".banner").text())
        .contains("frozen for 2h more by ada: release")
        .doesNotContain("End the freeze");
    assertThat(browser.get("/ui/freezes/end?ref=main").status()).isEqualTo(403);
    assertThat(browser.submit("/ui/gates/end", "ref", "main").status()).isEqualTo(403);
  }
}
