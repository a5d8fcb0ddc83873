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
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one node at one moment; never changed, only replaced.
 *
 * @param row who it is
 * @param decision what it is to run
 * @param pin its pin
 * @param said the newest that it said; null before its first report
 * @param underWay the step that it was in when it said so; null when it said none
 * @param lastSeen its last authenticated request
 * @param standing the one state that follows from the above, and when it began
 * @param reason one line: why
 * @param convergedAt when it first ran the commit of the decision's deployment
 * @param joinedAt when it became a node of that deployment; null while it is of none
 * @param lostSince since when nothing is heard of it though it is not yet offline; null while it is
 *     there
 */
public record NodeRecord(
    NodeTable.Row row,
    DesiredState decision,
    PinTable.@Nullable Row pin,
    ReportTable.@Nullable Latest said,
    @Nullable UnderWay underWay,
    @Nullable Instant lastSeen,
    NodeTable.Standing standing,
    String reason,
    @Nullable Instant convergedAt,
    @Nullable Instant joinedAt,
    @Nullable Instant lostSince) {
  /** An agent that lives is heard of every 15 s. */
  private static final Duration SILENT = Duration.ofSeconds(25);

  /** A request may be under way while the stream breaks. */
  private static final Duration IN_FLIGHT = Duration.ofSeconds(2);

  /** Its id. */
  public long id() {
    return row.id();
  }

  /** Its name. */
  public NodeName name() {
    return row.name();
  }

  /** What it is to run, as it is handed out at that time. */
  public DesiredState desiredAt(Instant now) {
    return decision.as(decision.revision(), decision.incarnation(), now);
  }

  /** Its one state. */
  public NodeState state() {
    return standing.state();
  }

  /** When its agent tries again by itself what failed; null when nothing is to come. */
  public @Nullable Instant retryAt() {
    return said == null || state() != NodeState.FAILED || row.contact().alarm() != null
        ? null
        : said.status().retryAt();
  }

  /** The branch whose head it is to run; null while it is pinned to a tag or a commit. */
  public @Nullable String branch() {
    return branch(row, pin);
  }

  /** The same, for a node and its pin. */
  public static @Nullable String branch(NodeTable.Row row, PinTable.@Nullable Row pin) {
    if (pin == null) {
      return row.ref();
    }
    return pin.branch() ? pin.ref() : null;
  }

  /** With what it said, unless something newer is known already: then only heard of. */
  NodeRecord withSaid(ReportTable.Latest latest, @Nullable UnderWay step) {
    if (said != null && said.number().compareTo(latest.number()) >= 0) {
      return withLastSeen(latest.receivedAt());
    }
    return new NodeRecord(
        row,
        decision,
        pin,
        latest,
        step,
        latest.receivedAt(),
        standing,
        reason,
        convergedAt,
        joinedAt,
        null);
  }

  /** In its state since then. */
  NodeRecord since(Instant since) {
    return since.equals(standing.since())
        ? this
        : new NodeRecord(
            row,
            decision,
            pin,
            said,
            underWay,
            lastSeen,
            new NodeTable.Standing(state(), since),
            reason,
            convergedAt,
            joinedAt,
            lostSince);
  }

  /** An agent has started: nothing is under way that it has not said. */
  NodeRecord withRow(NodeTable.Row newer, Instant seen) {
    return new NodeRecord(
        newer, decision, pin, said, null, seen, standing, reason, convergedAt, joinedAt, null);
  }

  NodeRecord withContact(NodeContact now) {
    return new NodeRecord(
        row.withContact(now),
        decision,
        pin,
        said,
        underWay,
        lastSeen,
        standing,
        reason,
        convergedAt,
        joinedAt,
        lostSince);
  }

  NodeRecord withLost(@Nullable Instant since) {
    return new NodeRecord(
        row,
        decision,
        pin,
        said,
        underWay,
        lastSeen,
        standing,
        reason,
        convergedAt,
        joinedAt,
        since);
  }

  /** With lost contact when nothing was heard of it for longer than its heartbeats take. */
  NodeRecord silent(Instant countedFrom, Instant now) {
    if (lostSince != null || lastSeen == null || !reachable()) {
      return this;
    }
    Instant from = lastSeen.isAfter(countedFrom) ? lastSeen : countedFrom;
    return now.isBefore(from.plus(SILENT)) ? this : withLost(lastSeen);
  }

  NodeRecord withLastSeen(Instant seen) {
    boolean late = lostSince != null && seen.isBefore(lostSince.plus(IN_FLIGHT));
    return new NodeRecord(
        row,
        decision,
        pin,
        said,
        underWay,
        seen,
        standing,
        reason,
        convergedAt,
        joinedAt,
        late ? lostSince : null);
  }

  NodeRecord withDecision(
      NodeTable.Row newer, DesiredState decided, PinTable.@Nullable Row newPin, Instant at) {
    boolean same = Objects.equals(decision.deployment(), decided.deployment());
    return new NodeRecord(
        newer,
        decided,
        newPin,
        said,
        underWay,
        lastSeen,
        standing,
        reason,
        same ? convergedAt : null,
        same ? joinedAt : at,
        lostSince);
  }

  /**
   * The record with the state that follows from it now; this very one when that says nothing new.
   *
   * @param countedFrom the server's start
   */
  NodeRecord judged(Instant countedFrom, Instant now) {
    NodeStates.Verdict verdict =
        NodeStates.of(
            new NodeStates.Facts(
                decision,
                row.retryRevision(),
                row.enrolledAt(),
                said,
                lastSeen,
                countedFrom,
                row.contact()),
            now);
    boolean same = verdict.state() == state();
    boolean first =
        verdict.state() == NodeState.CONVERGED
            && convergedAt == null
            && decision.deployment() != null;
    if (same && !first && verdict.reason().equals(reason)) {
      return this;
    }
    return new NodeRecord(
        row,
        decision,
        pin,
        said,
        underWay,
        lastSeen,
        same ? standing : new NodeTable.Standing(verdict.state(), now),
        verdict.reason(),
        first ? now : convergedAt,
        joinedAt,
        lostSince);
  }

  /** The step that it is in, as of now; null when it is in none, or was not heard of lately. */
  @Nullable UnderWay underWayAt(Instant now) {
    UnderWay step = underWay;
    if (step == null || said == null || !reachable()) {
      return null;
    }
    long since = Duration.between(said.receivedAt(), now).toMillis();
    return step.later(Math.max(0, since));
  }

  /** Whether the server has heard of it lately. */
  boolean reachable() {
    return !state().unreachable();
  }

  /**
   * Whether it is done with its target, for better or worse. A node whose agent tries again by
   * itself is not.
   */
  boolean settled() {
    boolean itSaysSo = said != null && said.status().state() == state();
    boolean waitsForAPerson = state() == NodeState.FAILED && row.contact().alarm() != null;
    return waitsForAPerson || state().done(retryAt() != null || !itSaysSo);
  }

  /** How what is on its disk differs from its commit; null when it does not. */
  @Nullable DriftStatus drift() {
    return said == null ? null : said.status().drift();
  }

  /** Whether nothing proves that a worker of it is what was started last. */
  boolean unproven() {
    return said != null
        && said.status().workers().values().stream().anyMatch(WorkerStatus::unproven);
  }

  boolean draining() {
    return said != null
        && said.status().workers().values().stream()
            .flatMap(w -> w.generations().stream())
            .anyMatch(g -> g.phase() == GenerationPhase.DRAINING);
  }
}
