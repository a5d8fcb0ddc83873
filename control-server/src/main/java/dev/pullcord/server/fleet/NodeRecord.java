package dev.pullcord.server.fleet;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.DriftStatus;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.server.store.NodeContact;
import dev.pullcord.server.store.NodeTable;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Suspension;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one node at one moment; never changed, only replaced.
 *
 * @param row who it is and what it is to run, as the store has it
 * @param pin its pin
 * @param signals what was heard of its agent
 * @param standing the one state that follows from the above, and when it began
 * @param reason one line: why it is in that state
 * @param membership its part in the deployment of its decision
 */
public record NodeRecord(
    StoredNode row,
    PinTable.@Nullable StoredPin pin,
    NodeSignals signals,
    NodeTable.Standing standing,
    String reason,
    Membership membership) {
  /**
   * A node's part in the deployment of its decision.
   *
   * @param joinedAt when it became one of its nodes; null while it is of none
   * @param convergedAt when it first ran the commit; null until then
   * @param failed whether it failed on the commit, or went back from it, and has not run it since
   */
  record Membership(@Nullable Instant joinedAt, @Nullable Instant convergedAt, boolean failed) {
    static final Membership NONE = new Membership(null, null, false);

    static Membership from(Instant joinedAt) {
      return new Membership(joinedAt, null, false);
    }

    /** After the node was seen in that state; {@code of} says whether there is a deployment. */
    Membership seen(NodeState state, boolean of, Instant now) {
      return switch (state) {
        case CONVERGED ->
            new Membership(joinedAt, convergedAt == null && of ? now : convergedAt, false);
        case FAILED, ROLLED_BACK -> new Membership(joinedAt, convergedAt, true);
        case NEVER_SEEN, OFFLINE, APPLYING, HELD, WAITING -> this;
      };
    }
  }

  /** Checks that there is a decision. */
  public NodeRecord {
    decisionOf(row);
  }

  /** Whether what a node says makes it converged on its decision. */
  public static boolean isConverged(StoredNode node, ReportTable.Latest said) {
    Instant now = said.receivedAt();
    return NodeStates.of(new NodeStates.Facts(node, said, now, now), now).state()
        == NodeState.CONVERGED;
  }

  /** A node that is new to this server; its state is still to be judged. */
  static NodeRecord unjudged(
      StoredNode row,
      PinTable.@Nullable StoredPin pin,
      NodeSignals signals,
      Membership membership,
      Instant now) {
    NodeTable.Standing standing = row.standing();
    return new NodeRecord(
        row,
        pin,
        signals,
        standing == null ? new NodeTable.Standing(NodeState.NEVER_SEEN, now) : standing,
        "",
        membership);
  }

  /** A node is never stored without its decision, except within the transaction that enrols it. */
  private static DesiredState decisionOf(StoredNode row) {
    DesiredState decision = row.decision();
    if (decision == null) {
      throw new IllegalStateException("node " + row.name() + " is stored without a decision");
    }
    return decision;
  }

  /** Its id. */
  public long id() {
    return row.id();
  }

  /** Its name. */
  public NodeName name() {
    return row.name();
  }

  /** What it is to run. */
  public DesiredState decision() {
    return decisionOf(row);
  }

  /** What it is to run, as it is handed out at that time. */
  public DesiredState desiredAt(Instant now) {
    return decision().as(decision().revision(), decision().incarnation(), now);
  }

  /** What people have set for it. */
  public StoredNode.Settings settings() {
    return row.settings();
  }

  /** While it is under maintenance, and in no count; null otherwise. */
  public @Nullable Suspension suspension() {
    return settings().suspension();
  }

  /** What is known of the contact with its agent. */
  public NodeContact contact() {
    return row.contact();
  }

  /** The newest that it said; null before its first report. */
  public ReportTable.@Nullable Latest said() {
    return signals.said();
  }

  /** Its last authenticated request; null before the first. */
  public @Nullable Instant lastSeen() {
    return signals.lastSeen();
  }

  /** Whether this server has heard of it itself, or also what it runs; or it is too new. */
  public boolean hasBeenHeardOf(boolean whatItRuns) {
    NodeSignals.Known known = signals.known();
    return whatItRuns ? known == NodeSignals.Known.SAID : known != NodeSignals.Known.STORED;
  }

  /** Since when its contact is lost; null while it is there, and once it is offline for that. */
  public @Nullable Instant lostSince() {
    return reachable() ? signals.lostSince() : null;
  }

  /** When it first ran the commit of its decision's deployment; null until then. */
  public @Nullable Instant convergedAt() {
    return membership.convergedAt();
  }

  /** Whether it failed on that commit, or went back from it, and has not run it since. */
  public boolean failedOnIt() {
    return membership.failed();
  }

  /** Its one state. */
  public NodeState state() {
    return standing.state();
  }

  /** When its agent tries again by itself what failed; null when nothing is to come. */
  public @Nullable Instant retryAt() {
    ReportTable.Latest said = said();
    return said == null || state() != NodeState.FAILED || contact().alarm() != null
        ? null
        : said.status().retryAt();
  }

  /** The branch whose head it is to run; null while it is pinned to a tag or a commit. */
  public @Nullable String branch() {
    return branch(row, pin);
  }

  /** The same, for a node and its pin. */
  public static @Nullable String branch(StoredNode row, PinTable.@Nullable StoredPin pin) {
    if (pin == null) {
      return row.settings().ref();
    }
    return pin.branch() ? pin.ref() : null;
  }

  NodeRecord with(NodeSignals heard) {
    return new NodeRecord(row, pin, heard, standing, reason, membership);
  }

  /** As the store has it now, with the same decision. */
  NodeRecord with(StoredNode newer) {
    return new NodeRecord(newer, pin, signals, standing, reason, membership);
  }

  /** In its state since then. */
  NodeRecord since(Instant since) {
    return since.equals(standing.since())
        ? this
        : new NodeRecord(
            row, pin, signals, new NodeTable.Standing(state(), since), reason, membership);
  }

  /** With another decision, made then. */
  NodeRecord decided(StoredNode newer, PinTable.@Nullable StoredPin newPin, Instant at) {
    boolean same = Objects.equals(row.deployment(), newer.deployment());
    Membership its = same ? membership : Membership.from(at);
    return new NodeRecord(newer, newPin, signals, standing, reason, its);
  }

  /** With lost contact when it is reachable and nothing was heard of it for too long. */
  NodeRecord silent(Instant countedFrom, Instant now) {
    return reachable() ? with(signals.silent(countedFrom, now)) : this;
  }

  /**
   * The record with the state that follows from it now; this very one when that says nothing new.
   *
   * @param countedFrom the server's start
   */
  NodeRecord judged(Instant countedFrom, Instant now) {
    NodeStates.Verdict verdict =
        NodeStates.of(new NodeStates.Facts(row, said(), lastSeen(), countedFrom), now);
    boolean same = verdict.state() == state();
    Membership its = membership.seen(verdict.state(), row.deployment() != null, now);
    if (same && its.equals(membership) && verdict.reason().equals(reason)) {
      return this;
    }
    return new NodeRecord(
        row,
        pin,
        signals,
        same ? standing : new NodeTable.Standing(verdict.state(), now),
        verdict.reason(),
        its);
  }

  /** Whether listeners are to hear of it; when a node was last heard of is no news. */
  boolean isNewsAfter(NodeRecord old) {
    return !Objects.equals(said(), old.said())
        || !row.equals(old.row)
        || !standing.equals(old.standing)
        || !Objects.equals(lostSince(), old.lostSince())
        || !reason.equals(old.reason);
  }

  /** The step that it is in, as of now; null when it is in none, or was not heard of lately. */
  @Nullable UnderWay underWayAt(Instant now) {
    return reachable() ? signals.underWayAt(now) : null;
  }

  /** Whether the server has heard of it lately. */
  public boolean reachable() {
    return !state().unreachable();
  }

  /** Whether it is done with its target, for better or worse, and does not try again by itself. */
  public boolean settled() {
    ReportTable.Latest said = said();
    boolean itSaysSo = said != null && said.status().state() == state();
    boolean waitsForAPerson = state() == NodeState.FAILED && contact().alarm() != null;
    return waitsForAPerson || state().done(retryAt() != null || !itSaysSo);
  }

  /** Whether it runs the candidate of its gate well, which its branch is not at. */
  public boolean runsCandidateWell() {
    String gate = decision().gate();
    return gate != null
        && state() == NodeState.WAITING
        && reason.startsWith(NodeStates.AT_GATE + gate);
  }

  /** How what is on its disk differs from its commit; null when it does not. */
  public @Nullable DriftStatus drift() {
    ReportTable.Latest said = said();
    return said == null ? null : said.status().drift();
  }

  /** Whether nothing proves that a worker of it is what was started last. */
  public boolean unproven() {
    ReportTable.Latest said = said();
    return said != null
        && said.status().workers().values().stream().anyMatch(WorkerStatus::unproven);
  }

  /** Whether a generation of it still finishes its work. */
  public boolean draining() {
    ReportTable.Latest said = said();
    return said != null
        && said.status().workers().values().stream()
            .flatMap(w -> w.generations().stream())
            .anyMatch(g -> g.phase() == GenerationPhase.DRAINING);
  }
}
