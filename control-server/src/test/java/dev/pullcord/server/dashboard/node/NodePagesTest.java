package dev.pullcord.server.dashboard.node;

import static dev.pullcord.server.dashboard.Nodes.NEW;
import static dev.pullcord.server.dashboard.Nodes.NOW;
import static dev.pullcord.server.dashboard.Nodes.OLD;
import static dev.pullcord.server.dashboard.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.contact.NodeFacts;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.TreeId;
import dev.pullcord.protocol.report.DriftStatus;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.dashboard.FakeFleet;
import dev.pullcord.server.dashboard.Nodes;
import dev.pullcord.server.dashboard.Payloads;
import dev.pullcord.server.desired.CommitHistory;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.view.NodeHold;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodePagesTest {
  private static final String PAGE = "/ui/nodes/web-1";

  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();
  private final FakeFleet fleet = new FakeFleet();
  private String word = "harmless";
  private TestFleet orders;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    orders = new TestFleet(directory);
    orders.join("web-1");
    Requests.Labels role = new Requests.Labels(Map.of("role", "grep"), null);
    orders.operations.nodes().label(TestFleet.ADA, new NodeName("web-1"), role);
    fleet.put(node("web-1").view());
    open();
    browser.signIn("ann", "admin");
  }

  @AfterEach
  void stop() {
    browser.close();
    orders.close();
  }

  private void open() {
    ApiTokens tokens = new ApiTokens(orders.store, clock);
    NodePages pages = new NodePages(fleet, orders.operations, orders.commits, new Written());
    browser = new Browser(tokens, clock, pages);
  }

  @Test
  void whatThePageHasAButtonForIsNoCommandInItsAdvice() throws IOException {
    fleet.put(
        node("web-1")
            .state(NodeState.OFFLINE, "no contact", NOW)
            .why(
                "web-1 is offline since x: no contact. Its workers run on. If the node is gone for"
                    + " good: pullcord node remove web-1 It is suspended by ann until x (new disk),"
                    + " and nothing counts it; to end that: pullcord resume-node web-1.")
            .view());

    assertThat(page().select(".banner .why").eachText())
        .containsExactly("no contact", "Its workers run on.");
    assertThat(page().select(".banner .next a").attr("href")).isEqualTo("#act-remove");
  }

  @Test
  void aReasonThatIsAQuestionIsSaidOnceToo() throws IOException {
    fleet.put(
        node("web-1")
            .state(NodeState.OFFLINE, "runs what is not known: server restored?", NOW)
            .why(
                "web-1 has been offline since x: runs what is not known: server restored? It keeps"
                    + " running that.")
            .view());

    assertThat(page().select(".banner .why").eachText())
        .containsExactly("runs what is not known: server restored?", "It keeps running that.");
  }

  @Test
  void aNodeThatAppliesIsNotSentElsewhereToBeFollowed() throws IOException {
    Nodes busy = node("web-1").state(NodeState.APPLYING, "checking 0000002", NOW);
    String why = "web-1 has been applying since x: checking 0000002. ";
    fleet.put(busy.why(why + "Follow it: pullcord status --watch.").view());
    assertThat(page().select(".advice")).isEmpty();

    fleet.put(busy.why(why + "Follow it: pullcord status --watch. It is a canary.").view());
    assertThat(page().select(".advice").text()).isEqualTo("It is a canary.");
  }

  private static Nodes handingOver() {
    return node("web-1")
        .worker("mail", "it answered")
        .generation(1, 101, GenerationPhase.CONSUMING, NOW)
        .generation(2, 102, GenerationPhase.DRAINING, NOW)
        .state(NodeState.CONVERGED, "runs it", NOW)
        .why("web-1 has been converged since x: runs it. Nobody has to wait for what drains.");
  }

  @Test
  void theFormOfAKillIsSetToTheGenerationThatItsButtonNames() throws IOException {
    fleet.put(handingOver().view());

    Document page = page();
    assertThat(page.select("#live-part #act-kill-2 summary").text())
        .isEqualTo("Kill generation 2…");
    assertThat(page.select("#act-kill-2 input[name=generation]").attr("value")).isEqualTo("2");
    assertThat(page.select("#act-kill-2").text()).contains("2: mail, draining.");
    assertThat(page.select("#act-kill option[selected]").eachText())
        .containsExactly("2: mail, draining");
  }

  @Test
  void enterInAFieldOfTheWorkersFormPressesNoButton() throws IOException {
    fleet.put(handingOver().view());

    Element first = page().select("#act-worker button").getFirst();
    assertThat(first.hasAttr("disabled")).isTrue();
    assertThat(first.hasAttr("name")).isFalse();
  }

  @Test
  void whenItWasSeenIsKeptFresh() throws IOException {
    Document page = page();
    assertThat(page.select("#live-part dt:contains(seen)")).hasSize(1);
    assertThat(page.select("#live-part").attr("data-busy"))
        .as("a large fleet says nothing of contact")
        .isEqualTo("30000");
  }

  @Test
  void onlyThoseWhoCanKillWhatDrainsAreNotToldHow() throws IOException {
    fleet.put(handingOver().view());
    assertThat(page().select(".advice")).isEmpty();

    browser.signIn("eve", "viewer");
    assertThat(page().select(".advice").text()).isEqualTo("Nobody has to wait for what drains.");
  }

  @Test
  void onlyAStoppedWorkerThatAButtonStartsHidesTheAdvice() throws IOException {
    Nodes held = node("web-1").stopped("grep");
    fleet.put(
        held.state(NodeState.HELD, "worker grep is stopped", NOW)
            .why("web-1 has been held since x: worker grep is stopped. Say start.")
            .view());
    assertThat(page().select(".advice")).isEmpty();

    fleet.put(
        held.state(NodeState.HELD, "noop: would restart grep", NOW)
            .why("web-1 has been held since x: noop: would restart grep. Take noop out.")
            .view());
    assertThat(page().select(".advice").text()).isEqualTo("Take noop out.");
  }

  private static Nodes stopped() {
    return node("web-1")
        .stopped("grep")
        .state(NodeState.HELD, "worker grep is stopped", NOW)
        .why("web-1 has been held since x: worker grep is stopped. More than that.");
  }

  @Test
  void aStoppedWorkerHidesNoAdviceAboutDriftAnAlarmOrWhatHoldsTheNode() throws IOException {
    fleet.put(stopped().view());
    assertThat(page().select(".advice")).isEmpty();

    fleet.put(stopped().drift("conf/app.ini is another one").view());
    assertThat(page().select(".advice").text()).isEqualTo("More than that.");
    NodeView.Contact copied = new NodeView.Contact(null, null, "two hosts use its key");
    fleet.put(stopped().contact(copied).view());
    assertThat(page().select(".advice").text()).isEqualTo("More than that.");
    fleet.put(stopped().view());
    fleet.hold("web-1", new NodeHold(NodeHold.Kind.WINDOW, "main", "", null, null, "wait"));
    assertThat(page().select(".advice").text()).isEqualTo("More than that.");
  }

  @Test
  void whatDrainsHidesNoAdviceAboutAnythingElse() throws IOException {
    fleet.put(
        handingOver()
            .state(NodeState.OFFLINE, "no contact", NOW)
            .why("web-1 has been offline since x: no contact. Its workers run on.")
            .view());
    assertThat(page().select(".advice").text()).isEqualTo("Its workers run on.");

    fleet.put(
        handingOver()
            .worker("mail", "unproven: it says nothing")
            .why("web-1 has been converged since x: runs it. What runs there may be older.")
            .view());
    assertThat(page().select(".advice").text()).isEqualTo("What runs there may be older.");
  }

  @Test
  void aNodeShowsTheFactsOfItsHost() throws IOException {
    fleet.put(
        node("web-1")
            .on(
                new NodeView.Host(
                    "rack-7",
                    "10.0.0.7",
                    new NodeFacts(
                        "Debian 12",
                        "Linux 6.1.0 amd64",
                        "3.11.2",
                        40L << 30,
                        7L << 30,
                        clock.instant().minusSeconds(7200)),
                    -86_400L))
            .view());

    assertThat(page().text())
        .contains("started 2h ago")
        .contains("host rack-7 address 10.0.0.7")
        .contains("system Debian 12 kernel Linux 6.1.0 amd64 Python 3.11.2")
        .contains("disk 7.0 GiB of 40.0 GiB free")
        .contains("clock 1d behind the server's");
  }

  @Test
  void aNodeOfAnOldAgentShowsNoFactsAndOneWithoutPythonSaysSo() throws IOException {
    assertThat(page().text()).doesNotContain("kernel");

    fleet.put(
        node("web-1")
            .on(new NodeView.Host(null, null, new NodeFacts("a", "b", null, 0, 0, null), null))
            .view());
    assertThat(page().text()).contains("no python3").contains("disk unknown");
  }

  /** A history in which everything is called {@link #word}. */
  private final class Written implements CommitHistory {
    @Override
    public List<String> changes(@Nullable CommitId before, CommitId now) {
      return List.of(word);
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

  private static StepRecord step(long pass, String subject, String output) {
    return new StepRecord(
        pass,
        0,
        NEW,
        StepRecord.Kind.CHECK,
        subject,
        StepRecord.Outcome.RELEASE_FAULT,
        NOW,
        20,
        1,
        output);
  }

  private static UnderWay underWay(String subject, String output) {
    return new UnderWay(
        2,
        1,
        NEW,
        StepRecord.Kind.CHECK,
        subject,
        NOW,
        3100,
        output,
        List.of(step(2, "staged", "")));
  }

  private Document page() throws IOException {
    Browser.Answer answer = browser.get(PAGE);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.page();
  }

  @Test
  void whatRanIsShownWithWhoDecidedOnIt() throws IOException {
    HistoryView.Decision pin =
        new HistoryView.Decision("pin", "<b>ann", "<i>look", NOW, "try", NEW, 7L, null);
    fleet.history(
        new HistoryView(
            new NodeName("web-1"),
            null,
            NOW,
            List.of(
                new HistoryView.Run(NOW, null, NEW, "try", List.of(), pin, List.of()),
                new HistoryView.Run(NOW, NOW, null, null, List.of(), null, List.of()))));

    String card = page().select("section.card:contains(What ran on it)").text();

    assertThat(card)
        .contains("now " + NEW.abbreviated() + " try pin by <b>ann, deployment 7 <i>look")
        .contains("nothing not known here")
        .contains("deployment 7");
  }

  @Test
  void whatIsUnderWayIsTheLastStepOfItsPassWithItsOutputSoFar() throws IOException {
    fleet.steps("web-1", List.of(step(1, "bin/check", "bad")));
    fleet.underWay("web-1", underWay("bin/check", "7 of 12"));

    Document page = page();

    assertThat(page.select("#live-part").attr("data-busy")).isEqualTo("yes");
    assertThat(page.select("details.pass").eachAttr("id")).containsExactly("pass-2", "pass-1");
    assertThat(page.select("#pass-2 .step")).hasSize(2);
    assertThat(page.select("#pass-2 .step").eachText().getLast())
        .contains("check bin/check", "for 3s", "7 of 12");
    assertThat(page.select("#pass-2 .step rect").eachAttr("class").getLast())
        .isEqualTo("o-running");
  }

  @Test
  void thePageAndItsPassesLeadToTheirDeployment() throws IOException {
    fleet.steps("web-1", List.of(step(1, "bin/check", "bad")));

    Document page = page();

    assertThat(page.select("dl.facts a").attr("href")).isEqualTo("/ui/deployments/7");
    assertThat(page.select("#pass-1 a").attr("href")).isEqualTo("/ui/deployments/7");
  }

  @Test
  void labelsAreSetAndRemovedOneByOne() throws IOException {
    assertThat(page().select("button[name=remove]").attr("aria-label"))
        .isEqualTo("remove the label role");

    assertThat(browser.submit(PAGE + "/labels", "add", " dc=sea ").status()).isEqualTo(303);
    assertThat(page().select(".note.good").text()).isEqualTo("web-1 has the label dc=sea.");
    assertThat(browser.submit(PAGE + "/labels", "remove", "role").status()).isEqualTo(303);
    assertThat(page().select(".note.good").text()).contains("has no label role any more");
    assertThat(browser.submit(PAGE + "/labels", "add", "nonsense").status()).isEqualTo(303);
    assertThat(page().select(".note.bad").text())
        .isEqualTo("\"nonsense\" is no label: NAME=VALUE expected, as role=grep");

    assertThat(labelings()).containsExactly("dc=sea by ann", "dc=sea,role=grep by ann");
  }

  @Test
  void aViewerSeesTheLabelsAndChangesNone() throws IOException {
    browser.signIn("eve", "viewer");
    Document page = page();
    assertThat(page.text()).contains("role=grep");
    assertThat(page.select("main form")).isEmpty();
    assertThat(browser.submit(PAGE + "/labels", "remove", "role").status()).isEqualTo(403);
    assertThat(labelings()).isEmpty();
  }

  /** The labels that were ordered and who did, the newest first. */
  private List<String> labelings() {
    return orders.audit().stream()
        .filter(act -> act.what().equals("label") && act.who().equals("ann"))
        .map(act -> act.after() + " by " + act.who())
        .toList();
  }

  @Test
  void everyPayloadInEveryTextIsTextAndNothingElse() throws IOException {
    List<Document> harmless = pagesThatSay("harmless");
    assertThat(Payloads.timesSaid(harmless.getFirst(), "harmless")).isGreaterThanOrEqualTo(20);
    assertThat(Payloads.timesSaid(harmless.get(1), "harmless")).isGreaterThanOrEqualTo(7);
    for (String payload : Payloads.all()) {
      Payloads.assertHarmless(payload, pagesThatSay(payload), harmless);
    }
  }

  /** The page of a node whose texts all say this, with its pin, and the page before a pin. */
  private List<Document> pagesThatSay(String text) throws IOException {
    word = text;
    orders.commits.wording(text);
    orders.commits.heads().keySet().forEach(orders.commits::delete);
    orders.commits.push(text, 1);
    WorkerStatus runs =
        new WorkerStatus(
            null,
            text,
            List.of(new GenerationStatus(1, 2, NOW, OLD, GenerationPhase.CONSUMING, null, null)));
    fleet.put(
        new NodeView(
            new NodeName("web-1"),
            NodeState.FAILED,
            text,
            NOW,
            null,
            text,
            new PinStatus(text, text, text, NOW),
            NEW,
            7L,
            OLD,
            Map.of(text, runs),
            Map.of(text, new TreeId("ab".repeat(20))),
            false,
            Map.of(text, text),
            text,
            NOW,
            text,
            new DriftStatus(NOW, 1, text),
            Map.of(),
            new NodeView.Contact(NOW, NOW, text),
            null,
            new NodeView.Host(
                text, text, new NodeFacts("Debian", "Linux", "3.11", 2, 1, NOW), null)));
    fleet.steps("web-1", List.of(step(1, text, text)));
    fleet.underWay("web-1", underWay(text, text));
    Browser.Answer foreseen =
        browser.submit(PAGE + "/foresee-pin", "ref", text, "for", "1h", "reason", text);
    assertThat(foreseen.status()).isEqualTo(200);
    return List.of(page(), foreseen.page());
  }
}
