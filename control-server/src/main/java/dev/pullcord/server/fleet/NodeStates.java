package dev.pullcord.server.fleet;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StageStatus;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.server.store.StoredNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Works out a node's one state; a pure function. The node's own word counts only when it speaks of
 * its present target: a node that is converged on what it was to run a moment ago is waiting.
 */
final class NodeStates {
  /** Without contact for this long, a node is offline. */
  static final Duration OFFLINE_AFTER = Duration.ofSeconds(45);

  /** How the reason of a canary begins that runs the candidate of its gate well. */
  static final String AT_GATE = "waiting: ";

  private NodeStates() {}

  /**
   * What a state follows from.
   *
   * @param node with its decision, when it joined, its retries and the contact with its agent
   * @param said the newest that it said
   * @param lastSeen its last authenticated request
   * @param countedFrom the server's start: nobody is offline before that and 45 s
   */
  record Facts(
      StoredNode node,
      ReportTable.@Nullable Latest said,
      @Nullable Instant lastSeen,
      Instant countedFrom) {
    DesiredState decision() {
      return Objects.requireNonNull(node.decision());
    }
  }

  /**
   * A state and one line that says why.
   *
   * @param state the state
   * @param reason why
   */
  record Verdict(NodeState state, String reason) {}

  static Verdict of(Facts facts, Instant now) {
    Instant lastSeen = facts.lastSeen;
    if (lastSeen == null && now.isBefore(facts.node.joined().at().plus(OFFLINE_AFTER))) {
      return waiting("joined a moment ago; its agent has not been heard from yet");
    }
    if (lastSeen == null) {
      return new Verdict(NodeState.NEVER_SEEN, "joined; its agent has not been heard from yet");
    }
    Instant stopped = facts.node.contact().stoppedAt();
    if (stopped != null) {
      return new Verdict(
          NodeState.OFFLINE,
          "its agent was stopped cleanly at " + stopped.truncatedTo(ChronoUnit.SECONDS));
    }
    Instant from = lastSeen.isAfter(facts.countedFrom) ? lastSeen : facts.countedFrom;
    if (!now.isBefore(from.plus(OFFLINE_AFTER))) {
      return new Verdict(NodeState.OFFLINE, "no contact since " + lastSeen);
    }
    String alarm = facts.node.contact().alarm();
    if (alarm != null) {
      return new Verdict(NodeState.FAILED, alarm);
    }
    CommitId commit = facts.decision().commit();
    Withheld withheld = facts.decision().withheld();
    if (withheld != null && (commit == null || facts.said == null)) {
      return withheld(withheld);
    }
    if (commit == null) {
      return waiting("nothing was pushed to " + facts.decision().ref() + " yet");
    }
    ReportTable.Latest said = facts.said;
    if (said == null) {
      return waiting("published " + commit.abbreviated() + "; the agent has not reported yet");
    }
    return relativeToTarget(facts, said, commit);
  }

  private static Verdict relativeToTarget(Facts facts, ReportTable.Latest said, CommitId commit) {
    NodeStatus status = said.status();
    if (!commit.equals(status.targetCommit())) {
      return waiting("published " + commit.abbreviated() + "; the agent has not yet begun");
    }
    if (status.orders() < facts.decision().orders().count()
        && status.state() != NodeState.APPLYING) {
      return waiting("asked something of its workers; the agent has not yet begun");
    }
    boolean over = said.revision() < facts.node.settings().retryRevision();
    Withheld withheld = facts.decision().withheld();
    return switch (status.state()) {
      case FAILED, ROLLED_BACK ->
          over
              ? waiting("asked to try " + commit.abbreviated() + " again; it has not yet begun")
              : new Verdict(status.state(), line(status.reason(), "it does not say why"));
      case HELD ->
          withheld != null && status.reason().startsWith(withheld.reason())
              ? withheld(withheld, facts.decision(), status)
              : new Verdict(status.state(), line(status.reason(), "no step named"));
      case APPLYING -> new Verdict(status.state(), line(status.reason(), "no step named"));
      case CONVERGED -> converged(facts.decision(), status, commit);
      case WAITING, OFFLINE, NEVER_SEEN ->
          withheld == null
              ? waiting(line(status.reason(), "published " + commit.abbreviated()))
              : withheld(withheld, facts.decision(), status);
    };
  }

  /** Believes "converged" only when the rest of what the node says bears it out. */
  private static Verdict converged(DesiredState decision, NodeStatus status, CommitId commit) {
    if (!commit.equals(status.appliedCommit())) {
      return waiting(
          "the agent says converged, but not that " + commit.abbreviated() + " is active");
    }
    boolean samePin = (decision.pin() == null) == (status.pin() == null);
    if (!Objects.equals(decision.ref(), status.ref()) || !samePin) {
      return waiting(
          "runs " + commit.abbreviated() + "; the agent has not yet taken up " + decision.ref());
    }
    Map<String, String> labels = status.labels();
    if (labels != null && !labels.equals(decision.labels())) {
      return waiting(
          "runs "
              + commit.abbreviated()
              + "; the agent has not yet taken up its labels: "
              + (decision.labels().isEmpty() ? "none" : Labels.text(decision.labels())));
    }
    Optional<String> idle =
        status.workers().entrySet().stream()
            .filter(w -> w.getValue().identity() == null || !consumes(w.getValue()))
            .map(Map.Entry::getKey)
            .findFirst();
    if (idle.isPresent()) {
      return new Verdict(
          NodeState.FAILED, "no generation of worker " + idle.get() + " is seen to work");
    }
    String gate = decision.gate();
    if (gate != null) {
      return waiting(
          "%s%s: runs %s well; %s has not moved to it"
              .formatted(AT_GATE, gate, commit.abbreviated(), decision.ref()));
    }
    Withheld withheld = decision.withheld();
    return withheld == null
        ? new Verdict(NodeState.CONVERGED, line(status.reason(), "runs " + commit.abbreviated()))
        : withheld(withheld, decision, status);
  }

  /** Runs all that it is given, and says how far it is with what it is to get ready. */
  private static Verdict withheld(Withheld withheld, DesiredState decision, NodeStatus status) {
    StageStatus stage = status.stage();
    if (decision.stage() == null) {
      return withheld(withheld);
    }
    String how =
        stage == null || !stage.commit().equals(decision.stage())
            ? "it has not begun to get ready"
            : switch (stage.state()) {
              case READY -> "it is ready";
              case PREPARING -> line("it is not ready yet: " + stage.reason(), "");
              case FAILED -> line("it cannot get ready: " + stage.reason(), "");
              case HELD -> line("it is held: " + stage.reason(), "");
            };
    return new Verdict(withheld.kind().state(), withheld.reason() + "; " + how);
  }

  /** Runs all that it is given, which is not the newest. */
  private static Verdict withheld(Withheld withheld) {
    return new Verdict(withheld.kind().state(), withheld.reason());
  }

  private static boolean consumes(WorkerStatus worker) {
    return worker.generations().stream().anyMatch(g -> g.phase() == GenerationPhase.CONSUMING);
  }

  private static Verdict waiting(String reason) {
    return new Verdict(NodeState.WAITING, reason);
  }

  private static String line(String reason, String otherwise) {
    return reason.isBlank() ? otherwise : reason.lines().findFirst().orElse(otherwise);
  }
}
