package dev.pullcord.server.operations;

import static dev.pullcord.server.FakeCommits.commit;
import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.server.FakeCommits;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.view.Selector;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperationsTest {
  private static final NodeName A = new NodeName("a");

  @TempDir Path directory;
  private TestFleet fleet;

  @BeforeEach
  void open() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.commits.push("feature", 2);
    fleet.commits.tag("v1", 3);
    fleet.deployments.reconcile();
    fleet.join("a");
    fleet.start("a");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private Refusal refused(Runnable operation) {
    return catchThrowableOfType(Refusal.class, operation::run);
  }

  private Refusal pinRefused(String ref, String duration, String reason) {
    return refused(
        () -> fleet.operations.pins().pin(ADA, A, new PinView.Request(ref, duration, reason)));
  }

  @Test
  void pinIsShownAndCarriedByTheDecision() {
    PinView pin = fleet.operations.pins().pin(ADA, A, new PinView.Request("v1", "2h", " try "));

    assertThat(pin.commit()).isEqualTo(commit(3));
    assertThat(pin.owner()).isEqualTo("ada");
    assertThat(pin.reason()).isEqualTo("try");
    assertThat(pin.expiresAt()).isEqualTo(fleet.clock.instant().plus(Duration.ofHours(2)));
    assertThat(fleet.views.pins()).containsExactly(pin);
    assertThat(fleet.desired("a").ref()).isEqualTo("v1");
    assertThat(fleet.pinOf("a").after().commit()).isEqualTo(commit(1));
    assertThat(fleet.view("a").pin()).extracting(PinStatus::ref).isEqualTo("v1");
    assertThat(fleet.woken).contains(A);
    AuditTable.Act audited = fleet.audited("pin").orElseThrow();
    assertThat(audited.who()).isEqualTo("ada");
    assertThat(audited.after()).matches("v1 \\([0-9a-f]{7}\\) for 2h: try");
  }

  @Test
  void secondPinReplacesTheFirst() {
    fleet.pin("a", "v1", "2h");
    fleet.pin("a", "feature", "1h");

    assertThat(fleet.views.pins()).hasSize(1);
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
    assertThat(fleet.audited("pin").orElseThrow().before()).contains("v1");
  }

  @Test
  void pinToACommitTakesItsFirstDigits() {
    fleet.pin("a", commit(2).abbreviated(), "2h");

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
    assertThat(fleet.desired("a").deployment()).isNull();
  }

  @Test
  void pinToNothingIsRefused() {
    Refusal refusal = pinRefused("nowhere", "2h", "x");
    assertThat(refusal.code()).isEqualTo("REF_MISSING");
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.INVALID);
    assertThat(refusal.field()).isEqualTo("ref");
  }

  @Test
  void pinToACommitThatNoNodeCanRunIsRefusedWithTheLine() {
    fleet.commits.spoil(3);
    Refusal refusal = pinRefused("v1", "2h", "x");
    assertThat(refusal.code()).isEqualTo("MANIFEST_INVALID");
    assertThat(refusal).hasMessageContaining("pullcord.yaml:3:7");
    assertThat(fleet.views.pins()).isEmpty();
  }

  @Test
  void pinWithAValueOutOfBoundsIsRefusedByField() {
    assertThat(pinRefused("v1", "9s", "x").field()).isEqualTo("for");
    assertThat(pinRefused("v1", "366d", "x").field()).isEqualTo("for");
    assertThat(pinRefused("v1", "soon", "x").field()).isEqualTo("for");
    assertThat(pinRefused("v1", "1h", " ").field()).isEqualTo("reason");
    assertThat(pinRefused("v1", "1h", "x".repeat(501)).field()).isEqualTo("reason");
    assertThat(pinRefused("v1", "1h", "a\u001bb").field()).isEqualTo("reason");
    assertThat(pinRefused("", "1h", "x").field()).isEqualTo("ref");
  }

  @Test
  void whatIsAskedOfANodeThatIsNotThereIsRefused() {
    NodeName b = new NodeName("b");
    assertThat(refused(() -> fleet.operations.nodes().retry(ADA, b)).code())
        .isEqualTo("NODE_MISSING");
    assertThat(refused(() -> fleet.operations.nodes().remove(ADA, b)).kind())
        .isEqualTo(Refusal.Kind.NOT_FOUND);
    assertThat(refused(() -> fleet.operations.pins().unpin(ADA, A)).code())
        .isEqualTo("PIN_MISSING");
  }

  @Test
  void pinEndsByItselfAndTheNodeIsWoken() {
    fleet.pin("a", "v1", "1m");
    fleet.woken.clear();
    fleet.clock.advance(Duration.ofMillis(59_999));
    fleet.operations.pins().expire();
    assertThat(fleet.views.pins()).hasSize(1);

    fleet.clock.advance(Duration.ofMillis(1));
    fleet.operations.pins().expire();

    assertThat(fleet.views.pins()).isEmpty();
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(fleet.desired("a").pin()).isNull();
    assertThat(fleet.woken).containsExactly(A);
    assertThat(fleet.audited("pin.expire").orElseThrow().who()).isEqualTo("server");
  }

  @Test
  void pinThatEndedWhileTheServerWasAwayIsOverAtTheStart() {
    fleet.pin("a", "v1", "1m");
    fleet.clock.advance(Duration.ofMinutes(2));

    fleet = fleet.restarted();

    assertThat(fleet.views.pins()).isEmpty();
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
  }

  @Test
  void pinSurvivesARestart() {
    fleet.pin("a", "v1", "1h");
    var before = fleet.desired("a");

    fleet = fleet.restarted();

    assertThat(fleet.desired("a")).isEqualTo(before);
    assertThat(fleet.views.pins()).hasSize(1);
  }

  @Test
  void retryCountsUpAndTheNodeWaitsUntilItBegins() {
    fleet.report("a", Said.by(fleet, "a").state(NodeState.ROLLED_BACK, "health").next());
    assertThat(fleet.state("a")).isEqualTo(NodeState.ROLLED_BACK);
    var before = fleet.desired("a");

    assertThat(fleet.operations.nodes().retry(ADA, A).state()).isEqualTo(NodeState.WAITING);
    assertThat(fleet.desired("a").retry()).isEqualTo(before.retry() + 1);
    assertThat(fleet.desired("a").revision()).isGreaterThan(before.revision());
    fleet.report("a", Said.by(fleet, "a").state(NodeState.ROLLED_BACK, "health").next());
    assertThat(fleet.state("a")).isEqualTo(NodeState.ROLLED_BACK);
  }

  @Test
  void aStoppedWorkerHoldsTheNodeUntilItIsStarted() {
    fleet.report("a", Said.by(fleet, "a").next());
    long revision = fleet.desired("a").revision();

    NodeView stopped = fleet.operations.workers().order(ADA, A, "grep", WorkerAct.STOP, " disk ");

    assertThat(stopped.state()).isEqualTo(NodeState.WAITING);
    assertThat(stopped.stopped().values())
        .extracting(Orders.Stop::text)
        .containsExactly("stopped by ada: disk");
    assertThat(fleet.desired("a").revision()).isGreaterThan(revision);
    assertThat(fleet.audited("worker.stop").orElseThrow().after()).isEqualTo("grep: disk");
    String held = "worker grep stopped by ada: disk";
    fleet.report("a", Said.by(fleet, "a").state(NodeState.HELD, held).next());
    assertThat(fleet.state("a")).isEqualTo(NodeState.HELD);
    assertThat(fleet.view("a").why()).contains("pullcord worker start a --worker grep");
    assertThat(
            refused(
                () -> fleet.operations.workers().order(ADA, A, "grep", WorkerAct.RESTART, null)))
        .extracting(Refusal::code)
        .isEqualTo("WORKER_STOPPED");

    fleet = fleet.restarted();
    assertThat(fleet.view("a").stopped()).containsKey("grep");
    fleet.operations.workers().order(ADA, A, "grep", WorkerAct.START, null);

    assertThat(fleet.state("a")).isEqualTo(NodeState.WAITING);
    fleet.report("a", Said.by(fleet, "a").next());
    assertThat(fleet.state("a")).isEqualTo(NodeState.CONVERGED);
    assertThat(
            refused(() -> fleet.operations.workers().order(ADA, A, "grep", WorkerAct.START, null))
                .code())
        .isEqualTo("WORKER_NOT_STOPPED");
  }

  @Test
  void eachRestartIsAnOrderOfItsOwn() {
    fleet.report("a", Said.by(fleet, "a").next());

    fleet.operations.workers().order(ADA, A, "grep", WorkerAct.RESTART, null);
    fleet.operations.workers().order(ADA, A, "grep", WorkerAct.RESTART, "once more");

    assertThat(fleet.desired("a").orders().restarts()).isEqualTo(Map.of("grep", 2L));
    assertThat(
            refused(() -> fleet.operations.workers().order(ADA, A, "grip", WorkerAct.STOP, null)))
        .hasMessage("a has no worker \"grip\"; it has grep");
  }

  @Test
  void onlyAGenerationThatIsThereAndWorksOrDrainsIsKilledAndOneThatIsGoneIsForgotten() {
    fleet.report("a", Said.by(fleet, "a").next());
    assertThat(refused(() -> fleet.operations.workers().kill(ADA, A, 1, " ")).field())
        .isEqualTo("reason");
    assertThat(refused(() -> fleet.operations.workers().kill(ADA, A, 2, "hangs")))
        .hasMessage("a has no generation 2; it has 1 (consuming)");

    fleet.operations.workers().kill(ADA, A, 1, "hangs");

    assertThat(fleet.desired("a").orders().kills()).containsOnlyKeys(1L);
    var starting = Said.worker(commit(1), GenerationPhase.STARTING, null);
    fleet.report("a", Said.by(fleet, "a").workers(Map.of("grep", starting)).next());
    assertThat(refused(() -> fleet.operations.workers().kill(ADA, A, 1, "hangs")).code())
        .isEqualTo("GENERATION_PHASE");
  }

  @Test
  void followMovesTheNodeToAnotherBranch() {
    assertThat(fleet.operations.nodes().follow(ADA, A, "feature").ref()).isEqualTo("feature");

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
    assertThat(fleet.deployments.followed("main")).isFalse();
    assertThat(fleet.audited("follow").orElseThrow().before()).isEqualTo("main");
  }

  private Map<String, String> label(@Nullable Map<String, String> set, String... remove) {
    return fleet
        .operations
        .nodes()
        .label(ADA, A, new Requests.Labels(set, List.of(remove)))
        .labels();
  }

  @Test
  void labelsAreSetAndRemovedOneByOneAndTheOthersStay() {
    label(Map.of("role", "grep", "dc", "sea"));
    assertThat(label(Map.of("dc", "ams"))).isEqualTo(Map.of("role", "grep", "dc", "ams"));
    assertThat(label(Map.of("gpu", ""), "dc")).isEqualTo(Map.of("role", "grep", "gpu", ""));

    assertThat(fleet.views.nodes(Selector.parse("role=grep,gpu="), Set.of(), null, 9)).hasSize(1);
    assertThat(fleet.audited("label").orElseThrow().after()).isEqualTo("gpu=,role=grep");
    long revision = fleet.desired("a").revision();
    fleet = fleet.restarted();
    assertThat(fleet.view("a").labels()).isEqualTo(Map.of("role", "grep", "gpu", ""));
    assertThat(fleet.desired("a").revision()).as("what it runs").isEqualTo(revision);
  }

  @Test
  void labelsThatCannotBeAreRefusedByName() {
    label(Map.of("role", "grep"));

    assertThat(refused(() -> label(null)).getMessage()).contains("nothing to change");
    assertThat(refused(() -> label(Map.of("-x", "y"))).getMessage()).contains("\"-x\" is not");
    assertThat(refused(() -> label(Map.of("x", "a b"))).getMessage())
        .contains("\"a b\" is not a value of x: at most 63 of a-z A-Z 0-9 . _ - expected");
    assertThat(refused(() -> label(null, "dc")).getMessage()).contains("no label \"dc\"");
    assertThat(refused(() -> label(Map.of("role", "x"), "role")).getMessage()).contains("both");
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 32; i++) {
      many.put("k" + i, "v");
    }
    assertThat(refused(() -> label(many)).getMessage()).contains("33, at most 32");
    assertThat(fleet.view("a").labels()).isEqualTo(Map.of("role", "grep"));
  }

  @Test
  void anInvitationToABranchThatIsNotThereSaysSo() {
    assertThat(invite("main", "mian").note())
        .isEqualTo(
            "there is no branch \"mian\"; there are: feature, main; did you mean main?; its nodes"
                + " wait until it is pushed");
    assertThat(invite("main").note()).isNull();
  }

  private Invitation invite(String... refs) {
    return fleet
        .operations
        .invitations()
        .create(ADA, new Invitation.Request(null, null, List.of(refs), null, null));
  }

  @Test
  void followOfABranchThatIsNotThereOrCannotRunIsRefused() {
    fleet.commits.push("broken", 9);
    fleet.commits.spoil(9);
    assertThat(refused(() -> fleet.operations.nodes().follow(ADA, A, "other")).code())
        .isEqualTo("REF_MISSING");
    assertThat(refused(() -> fleet.operations.nodes().follow(ADA, A, "mian")).getMessage())
        .isEqualTo(
            "there is no branch \"mian\"; there are: broken, feature, main; did you mean main?");
    assertThat(refused(() -> fleet.operations.nodes().follow(ADA, A, "broken")).code())
        .isEqualTo("MANIFEST_INVALID");
    assertThat(refused(() -> fleet.operations.nodes().follow(ADA, A, "../x")).kind())
        .isEqualTo(Refusal.Kind.MALFORMED);
    assertThat(fleet.desired("a").ref()).isEqualTo("main");
  }

  @Test
  void removedNodeIsCutOffAndItsNameInheritsNothing() {
    fleet.pin("a", "v1", "1h");
    fleet.report("a", Said.by(fleet, "a").next());
    long id = fleet.record("a").id();

    fleet.operations.nodes().remove(ADA, A);

    assertThat(fleet.cutOff).containsExactly(id);
    assertThat(fleet.views.node(A)).isEmpty();
    assertThat(fleet.model.removal(TestFleet.key("a")).orElseThrow().by()).isEqualTo("ada");
    assertThat(fleet.audited("node.remove").orElseThrow().before())
        .isEqualTo(TestFleet.key("a").value());

    fleet.join("a");
    assertThat(fleet.record("a").id()).isNotEqualTo(id);
    assertThat(fleet.view("a").lastSeen()).isNull();
    assertThat(fleet.view("a").pin()).isNull();
    assertThat(fleet.view("a").appliedCommit()).isNull();
    assertThat(fleet.record("a").row().agent().epoch()).isZero();
    assertThat(fleet.model.removal(TestFleet.key("a"))).isEmpty();
  }

  @Test
  void removalIsKnownAfterARestart() {
    fleet.operations.nodes().remove(ADA, A);

    fleet = fleet.restarted();

    assertThat(fleet.views.node(A)).isEmpty();
    assertThat(fleet.model.removal(TestFleet.key("a")).orElseThrow().by()).isEqualTo("ada");
  }

  @Test
  void invitationCarriesTheServersPinAndSaysWhatToRun() {
    Invitation invitation =
        fleet
            .operations
            .invitations()
            .create(ADA, new Invitation.Request(null, null, null, null, null));

    JoinToken token = JoinToken.parse(invitation.token());
    assertThat(token.serverPin()).isEqualTo("ab".repeat(32));
    assertThat(invitation.expiresAt()).isEqualTo(fleet.clock.instant().plus(Duration.ofHours(1)));
    assertThat(invitation.command())
        .startsWith("pullcord-agent join https://control:8421")
        .doesNotContain(token.secret());
    var stored = fleet.store.read(t -> t.joinTokens().find(token.id())).orElseThrow();
    assertThat(stored.refs()).containsExactly("main");
    assertThat(stored.secretHash()).isNotEqualTo(token.secret());
    assertThat(fleet.audit().toString()).doesNotContain(token.secret());
  }

  @Test
  void invitationOutOfBoundsIsRefusedByField() {
    assertThat(inviteRefused(new Invitation.Request(null, null, null, 0, null))).isEqualTo("uses");
    assertThat(inviteRefused(new Invitation.Request(null, null, null, 1001, null)))
        .isEqualTo("uses");
    assertThat(inviteRefused(new Invitation.Request(null, null, null, 1, "31d"))).isEqualTo("ttl");
    assertThat(inviteRefused(new Invitation.Request("A B", null, null, 1, null)))
        .isEqualTo("namePattern");
    assertThat(inviteRefused(new Invitation.Request(null, Map.of("a b", "c"), null, 1, null)))
        .isEqualTo("labels");
    assertThat(inviteRefused(new Invitation.Request(null, Map.of("a", "ü"), null, 1, null)))
        .isEqualTo("labels");
    assertThat(inviteRefused(new Invitation.Request(null, null, List.of("a..b"), 1, null)))
        .isEqualTo("refs");
  }

  private @Nullable String inviteRefused(Invitation.Request request) {
    return refused(() -> fleet.operations.invitations().create(ADA, request)).field();
  }

  @Test
  void aLabelDoesNotBeginTheTimeThatANodeIsConvergedAnew() {
    fleet.converge("a");
    Instant since = fleet.view("a").since();
    fleet.advance(Duration.ofSeconds(30));
    fleet.operations.nodes().label(ADA, A, new Requests.Labels(Map.of("role", "gpu"), List.of()));
    assertThat(fleet.view("a").state()).isEqualTo(NodeState.WAITING);
    fleet.converge("a");

    assertThat(fleet.view("a").state()).isEqualTo(NodeState.CONVERGED);
    assertThat(fleet.view("a").since()).isEqualTo(since);
  }

  @Test
  void aPushOrAnotherGenerationBeginsItAnew() {
    fleet.converge("a");
    fleet.advance(Duration.ofSeconds(30));
    fleet.operations.nodes().label(ADA, A, new Requests.Labels(Map.of("role", "gpu"), List.of()));
    GenerationStatus other =
        new GenerationStatus(
            2, 8, Instant.EPOCH, FakeCommits.commit(1), GenerationPhase.CONSUMING, null, null);
    fleet.report(
        "a",
        Said.by(fleet, "a")
            .workers(Map.of("grep", new WorkerStatus("cd".repeat(32), "pid 8", List.of(other))))
            .next());
    assertThat(fleet.view("a").state()).isEqualTo(NodeState.CONVERGED);
    assertThat(fleet.view("a").since()).isEqualTo(fleet.clock.instant());

    fleet.advance(Duration.ofSeconds(30));
    fleet.commits.push("main", 2);
    fleet.deployments.reconcile();
    fleet.converge("a");
    assertThat(fleet.view("a").since()).isEqualTo(fleet.clock.instant());
  }
}
