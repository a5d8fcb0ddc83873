package dev.pullcord.server.action;

import static dev.pullcord.server.FakeCommits.commit;
import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.action.ActionOrder;
import dev.pullcord.protocol.action.ActionReports;
import dev.pullcord.protocol.action.ActionReports.Have;
import dev.pullcord.protocol.action.ActionReports.Item;
import dev.pullcord.protocol.action.ActionReports.Outcome;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.channel.ServerEvent.ActionsWanted;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.action.ActionSpec;
import dev.pullcord.protocol.manifest.action.ParameterSpec;
import dev.pullcord.protocol.manifest.action.ValuePattern;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.audit.AuditSentences;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.RunTable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActionRunsTest {
  private static final Principal BEN = new Principal("ben", Principal.Role.OPERATOR);
  private static final ActionSpec CLEAR =
      new ActionSpec(
          "clear",
          List.of("bin/clear", "{days}"),
          Duration.ofSeconds(30),
          Map.of("days", new ParameterSpec(ValuePattern.of("[0-9]+"), "7")));

  @TempDir Path directory;
  private TestFleet fleet;
  private ActionRuns runs;
  private final Set<Long> connected = ConcurrentHashMap.newKeySet();
  private final Map<Long, List<ActionOrder>> told = new ConcurrentHashMap<>();

  private final ActionRuns.Line line =
      new ActionRuns.Line() {
        @Override
        public boolean connected(long node) {
          return connected.contains(node);
        }

        @Override
        public void tell(long node, ActionsWanted orders) {
          told.put(node, orders.orders());
        }
      };

  @BeforeEach
  void open() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.commits.declare(1, CLEAR);
    fleet.deployments.reconcile();
    fleet.join("a", "b", "c");
    fleet.start("a", "b", "c");
    fleet.converge("a", "b", "c");
    connect("a", "b", "c");
    runs = fleet.runs(line);
  }

  @AfterEach
  void close() {
    runs.close();
    fleet.close();
  }

  private void connect(String... names) {
    for (String name : names) {
      connected.add(id(name));
    }
  }

  private long id(String name) {
    return fleet.record(name).id();
  }

  private RunView start(@Nullable String batch, @Nullable Integer stopAfter, String... nodes) {
    return runs.start(
        ADA, new RunView.Request("clear", null, List.of(nodes), null, batch, stopAfter, "60s"));
  }

  @Test
  void anEmptySelectorIsNobodyAndNotTheWholeFleet() {
    for (String empty : List.of("", "  ")) {
      RunView.Request request = new RunView.Request("clear", empty, null, null, null, null, "60s");
      Refusal refusal = catchThrowableOfType(Refusal.class, () -> runs.start(ADA, request));
      assertThat(refusal.code()).isEqualTo("NOBODY_SELECTED");
    }
    assertThat(told).isEmpty();
  }

  private String states(long run) {
    return runs.find(run, false).orElseThrow().nodes().stream()
        .map(node -> node.name() + " " + node.state().word())
        .collect(Collectors.joining(", "));
  }

  private void await(long run, String states) {
    for (int i = 0; i < 500 && !states(run).equals(states); i++) {
      runs.tick();
      new Signal().await(0, Duration.ofMillis(10));
    }
    assertThat(states(run)).isEqualTo(states);
  }

  private void awaitTheEnd() {
    for (int i = 0; i < 200 && runs.open() > 0; i++) {
      new Signal().await(0, Duration.ofMillis(10));
    }
    assertThat(runs.open()).isZero();
  }

  private String key(String node) {
    return Objects.requireNonNull(told.get(id(node))).getLast().key();
  }

  private Have say(String node, RunState state, @Nullable Integer exit, long from, String text) {
    return say(node, key(node), state, exit, from, text);
  }

  private Have say(
      String node, String key, RunState state, @Nullable Integer exit, long from, String text) {
    Outcome outcome =
        state.ended() ? new Outcome(exit, 10, exit == null ? "?" : "exited " + exit) : null;
    Item item = new Item(key, state, outcome, from, text, 0);
    return runs.intake().take(id(node), new ActionReports(List.of(item))).items().getFirst();
  }

  @Test
  void eachNodeIsToldOnceAndItsAnswerIsStoredBeforeItIsAcknowledged() {
    long run = start(null, null, "a", "b").id();

    assertThat(Objects.requireNonNull(told.get(id("a"))))
        .singleElement()
        .satisfies(order -> {
          assertThat(order.action()).isEqualTo("clear");
          assertThat(order.commit()).isEqualTo(commit(1));
        });
    assertThat(told).doesNotContainKey(id("c"));
    assertThat(say("a", RunState.RUNNING, null, 0, "one\n"))
        .isEqualTo(new Have(key("a"), 4, false));
    assertThat(say("a", RunState.DONE, 0, 4, "two\n")).isEqualTo(new Have(key("a"), 8, true));
    assertThat(say("b", RunState.FAILED, 2, 0, "no\n").settled()).isTrue();
    await(run, "a done, b failed");
    awaitTheEnd();
    RunView view = runs.find(run, true).orElseThrow();
    assertThat(view.state()).isEqualTo(RunState.FAILED);
    assertThat(view.endedAt()).isNotNull();
    assertThat(view.nodes().getFirst().output()).isEqualTo("one\ntwo\n");
    assertThat(view.nodes().getLast().exitCode()).isEqualTo(2);
    assertThat(fleet.audited("run").orElseThrow().after()).isEqualTo("run 1 on a, b");
  }

  @Test
  void aBatchGoesOnWhenOneEndsAndStopsAfterFailures() {
    long run = start("1", 2, "a", "b", "c").id();
    assertThat(told.keySet()).containsExactly(id("a"));
    say("a", RunState.FAILED, 1, 0, "");
    await(run, "a failed, b waiting, c waiting");
    for (int i = 0; i < 200 && !told.containsKey(id("b")); i++) {
      new Signal().await(0, Duration.ofMillis(10));
    }
    say("b", RunState.UNKNOWN, null, 0, "");

    await(run, "a failed, b unknown, c refused");
    assertThat(told).doesNotContainKey(id("c"));
    assertThat(runs.find(run, false).orElseThrow().nodes().getLast().reason())
        .isEqualTo("not begun: the run stops after 2 failures");
  }

  @Test
  void aNodeThatIsNotConnectedIsWaitedForAndThenItSurelyDidNotRun() {
    connected.remove(id("b"));
    long run = start(null, null, "a", "b").id();
    say("a", RunState.DONE, 0, 0, "");
    assertThat(told).doesNotContainKey(id("b"));
    fleet.advance(Duration.ofSeconds(61));

    await(run, "a done, b refused");
    RunView.NodeRun late = runs.find(run, false).orElseThrow().nodes().getLast();
    assertThat(late.notReached()).isTrue();
    assertThat(late.reason()).startsWith("not reached within 1m: ");
  }

  @Test
  void aNodeThatComesInTimeIsToldThen() {
    connected.remove(id("b"));
    long run = start(null, null, "b").id();
    connect("b");
    runs.opened(id("b"));
    for (int i = 0; i < 200 && !told.containsKey(id("b")); i++) {
      new Signal().await(0, Duration.ofMillis(10));
    }

    assertThat(say("b", RunState.DONE, 0, 0, "").settled()).isTrue();
    await(run, "b done");
  }

  @Test
  void aNodeThatWasToldAndIsGoneIsUnknownUntilItComesBack() {
    long run = start(null, null, "a").id();
    String key = key("a");
    say("a", RunState.RUNNING, null, 0, "begun\n");
    fleet.advance(Duration.ofSeconds(200));
    await(run, "a unknown");
    assertThat(runs.find(run, false).orElseThrow().nodes().getFirst().reason())
        .startsWith("it ran when it was last heard from");
    awaitTheEnd();

    assertThat(say("a", key, RunState.DONE, 0, 6, "ended\n")).isEqualTo(new Have(key, 0, false));
    assertThat(say("a", key, RunState.DONE, 0, 0, "begun\nended\n").settled()).isTrue();
    assertThat(states(run)).isEqualTo("a done");
    assertThat(runs.find(run, true).orElseThrow().nodes().getFirst().output())
        .isEqualTo("begun\nended\n");
  }

  @Test
  void lateOutputsOfManyNodesStayWithinOneBound() {
    long run = start(null, null, "a").id();
    String key = key("a");
    fleet.advance(Duration.ofSeconds(200));
    await(run, "a unknown");
    awaitTheEnd();
    String line = "x".repeat(99) + "\n";
    String much = line.repeat(ActionReports.OUTPUT_MAX / line.length());

    assertThat(say("a", key, RunState.RUNNING, null, 0, much).output()).isEqualTo(much.length());
    assertThat(say("a", key, RunState.DONE, 0, much.length(), "end\n").settled()).isTrue();

    RunView.NodeRun late = runs.find(run, true).orElseThrow().nodes().getFirst();
    assertThat(late.output())
        .hasSizeLessThanOrEqualTo(RunIntake.LATE_OUTPUT_MAX)
        .endsWith(line + "end\n");
  }

  @Test
  void aServerThatWasKilledGoesOnAndTellsNobodyAnew() {
    long run = start("1", null, "a", "b").id();
    String key = key("a");
    runs.close();
    told.clear();
    runs = fleet.runs(line);
    runs.opened(id("a"));

    assertThat(key("a")).isEqualTo(key);
    assertThat(say("a", RunState.DONE, 0, 0, "x\n").settled()).isTrue();
    await(run, "a done, b waiting");
  }

  @Test
  void cancelledNobodyElseBeginsAndWhoHasBegunHearsOfIt() {
    long run = start("1", null, "a", "b").id();
    say("a", RunState.RUNNING, null, 0, "begun\n");
    told.clear();

    RunView cancelled = runs.cancel(BEN, run);
    runs.cancel(ADA, run);

    assertThat(cancelled.cancelledBy()).isEqualTo("ben");
    assertThat(Objects.requireNonNull(told.get(id("a"))))
        .singleElement()
        .satisfies(order -> {
          assertThat(order.cancelledBy()).isEqualTo("ben");
          assertThat(order.startWithinMillis()).isZero();
        });
    await(run, "a running, b refused");
    assertThat(say("a", RunState.FAILED, null, 6, "").settled()).isTrue();
    await(run, "a failed, b refused");
    awaitTheEnd();
    RunView view = runs.find(run, false).orElseThrow();
    assertThat(view.cancelledBy()).isEqualTo("ben");
    assertThat(view.nodes().getLast().reason()).isEqualTo("not begun: ben cancelled the run");
    assertThat(told).doesNotContainKey(id("b"));
    assertThat(AuditSentences.of(fleet.audited("run.cancel").orElseThrow()))
        .isEqualTo("ben cancelled run 1 of clear");
  }

  @Test
  void aCancelStandsOverAKillOfTheServer() {
    long run = start(null, null, "a").id();
    runs.cancel(BEN, run);
    runs.close();
    told.clear();
    runs = fleet.runs(line);
    runs.opened(id("a"));

    assertThat(Objects.requireNonNull(told.get(id("a"))).getFirst().cancelledBy()).isEqualTo("ben");
    say("a", RunState.REFUSED, null, 0, "");
    await(run, "a refused");
  }

  @Test
  void aCancelDoesNotWaitForANodeThatIsAway() {
    long run = start(null, null, "b").id();
    fleet.advance(Duration.ofSeconds(50));
    runs.cancel(BEN, run);

    await(run, "b unknown");
  }

  @Test
  void aRunThatHasEndedCannotBeCancelled() {
    long run = start(null, null, "a").id();
    say("a", RunState.DONE, 0, 0, "");
    await(run, "a done");
    awaitTheEnd();

    assertThat(catchThrowableOfType(Refusal.class, () -> runs.cancel(ADA, run)).code())
        .isEqualTo("RUN_ENDED");
    assertThat(catchThrowableOfType(Refusal.class, () -> runs.cancel(ADA, 77)).code())
        .isEqualTo("RUN_MISSING");
  }

  @Test
  void aNodeSpeaksOnlyOfItsOwnOrders() {
    long run = start(null, null, "a").id();

    assertThat(say("b", key("a"), RunState.DONE, 0, 0, "").settled()).isTrue();
    assertThat(states(run)).isEqualTo("a waiting");
  }

  @Test
  void whatNobodyCanRunIsRefusedWithWhatThereIs() {
    assertThat(refused("claer", null).getMessage())
        .isEqualTo(
            "no commit that these nodes run has an action \"claer\"; there are: clear; did you mean"
                + " clear?");
    assertThat(refused("clear", Map.of("days", "x")).code()).isEqualTo("PARAMETER");
    assertThat(runs.list().page(Long.MAX_VALUE, 10).runs()).isEmpty();
  }

  @Test
  void aListOfRunsHasNoMoreNodesThanOnePageHolds() {
    long first = start(null, null, "a").id();
    List<Long> large = List.of(stored(6000), stored(6000));

    RunList.RunPart page = runs.list().page(Long.MAX_VALUE, 10);
    assertThat(page.runs()).extracting(RunView::id).containsExactly(large.getLast());
    assertThat(page.more()).isTrue();
    RunList.RunPart next = runs.list().page(large.getLast(), 10);
    assertThat(next.runs()).extracting(RunView::id).containsExactly(large.getFirst(), first);
    assertThat(next.more()).isFalse();
  }

  @Test
  void theNewestRunsAreCountedWithoutTheirNodes() {
    long live = start(null, null, "a", "b").id();
    long over = stored(6000);

    List<RunList.RunSummary> newest = runs.list().newest(10);
    assertThat(newest).extracting(one -> one.run().id()).containsExactly(over, live);
    assertThat(newest.getFirst().run().nodes()).isEmpty();
    assertThat(newest.getFirst().run().state()).isEqualTo(RunState.FAILED);
    assertThat(newest.getFirst().counts())
        .isEqualTo(Map.of(RunState.FAILED, 1, RunState.DONE, 5999));
    assertThat(newest.getLast().counts()).isEqualTo(Map.of(RunState.WAITING, 2));
  }

  /** A run of the past on so many nodes, on the first of which it failed. */
  private long stored(int nodes) {
    Instant now = fleet.clock.instant();
    RunView.Terms terms = new RunView.Terms(null, 1, null, now);
    return fleet.store.write(tables -> {
      long id =
          tables
              .runs()
              .add(new RunTable.StoredRun(0, "clear", Map.of(), "ada", now, now, terms, null))
              .id();
      for (int i = 0; i < nodes; i++) {
        RunState state = i == 0 ? RunState.FAILED : RunState.DONE;
        tables
            .runs()
            .add(
                new RunTable.NodePart(
                    id,
                    i,
                    new NodeName("n" + i),
                    new RunTable.PartOrder(id + "-" + i, null, Duration.ofSeconds(1)),
                    null,
                    RunTable.Standing.ended(state, now, "", false),
                    "",
                    0));
      }
      return id;
    });
  }

  private Refusal refused(String action, @Nullable Map<String, String> values) {
    RunView.Request request =
        new RunView.Request(action, null, List.of("a"), values, null, null, null);
    return catchThrowableOfType(Refusal.class, () -> runs.start(ADA, request));
  }

  @Test
  void aShareOfTheNodesIsNeverNone() {
    assertThat(RunRequests.atOnce("25%", 6)).isEqualTo(2);
    assertThat(RunRequests.atOnce("1%", 3)).isEqualTo(1);
    assertThat(RunRequests.atOnce("9", 3)).isEqualTo(3);
    assertThat(RunRequests.atOnce(null, 3)).isEqualTo(3);
  }
}
