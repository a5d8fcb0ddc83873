package dev.pullcord.server.fleet;

import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.server.store.ReportTable;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last signs of a node's agent, and when they came.
 *
 * @param said the newest that it said; null before its first report
 * @param underWay the step that it was in when it said so; null when it said none
 * @param lastSeen its last authenticated request; null before the first
 * @param lostSince since when nothing is heard of it though it is not yet offline; null while it is
 *     there
 * @param known how much of this the server has heard itself
 */
record NodeSignals(
    ReportTable.@Nullable Latest said,
    @Nullable UnderWay underWay,
    @Nullable Instant lastSeen,
    @Nullable Instant lostSince,
    Known known) {
  /** What a server that has started knows from the store alone. */
  enum Known {
    /** Everything. */
    STORED,
    /** What it said. It was heard of since, and may have said something that is still to come. */
    SEEN,
    /** Nothing. */
    SAID
  }

  /** An agent that lives is heard of every 15 s. */
  private static final Duration SILENT = Duration.ofSeconds(25);

  /** A request may be under way while the stream breaks. */
  private static final Duration IN_FLIGHT = Duration.ofSeconds(2);

  /** Before anything was heard. */
  static final NodeSignals NONE = new NodeSignals(null, null, null, null, Known.SAID);

  /** What the store has of it; a report is contact, and is on disk before the contact itself is. */
  static NodeSignals stored(@Nullable Instant seen, ReportTable.@Nullable Latest said) {
    Instant last =
        said != null && (seen == null || said.receivedAt().isAfter(seen))
            ? said.receivedAt()
            : seen;
    return new NodeSignals(said, null, last, null, last == null ? Known.SAID : Known.STORED);
  }

  /** With what it said, unless something newer is known already: then only heard of. */
  NodeSignals saying(ReportTable.Latest latest, @Nullable UnderWay step) {
    return said != null && said.number().compareTo(latest.number()) >= 0
        ? seen(latest.receivedAt())
        : new NodeSignals(latest, step, latest.receivedAt(), null, Known.SAID);
  }

  /** Its agent has started: nothing is under way that it has not said. */
  NodeSignals started(Instant at) {
    return new NodeSignals(said, null, at, null, onceSeen());
  }

  /** It was heard of. */
  NodeSignals seen(Instant at) {
    boolean late = lostSince != null && at.isBefore(lostSince.plus(IN_FLIGHT));
    return new NodeSignals(said, underWay, at, late ? lostSince : null, onceSeen());
  }

  private Known onceSeen() {
    return known == Known.STORED ? Known.SEEN : known;
  }

  /** What it had to say is here by now: it was heard of for as long as that takes. */
  NodeSignals heardOut() {
    return known == Known.SEEN
        ? new NodeSignals(said, underWay, lastSeen, lostSince, Known.SAID)
        : this;
  }

  /** Contact is lost since then; null when it is there. */
  NodeSignals lost(@Nullable Instant since) {
    return new NodeSignals(said, underWay, lastSeen, since, known);
  }

  /**
   * With lost contact when nothing was heard of it for longer than its heartbeats take.
   *
   * @param countedFrom the server's start
   */
  NodeSignals silent(Instant countedFrom, Instant now) {
    return lostSince != null || lastSeen == null || speaks(countedFrom, now)
        ? this
        : lost(lastSeen);
  }

  /** Whether it was heard of within the time that its heartbeats take. */
  boolean speaks(Instant countedFrom, Instant now) {
    if (lastSeen == null) {
      return false;
    }
    Instant from = lastSeen.isAfter(countedFrom) ? lastSeen : countedFrom;
    return now.isBefore(from.plus(SILENT));
  }

  /** The step that it is in, as of now; null when it is in none. */
  @Nullable UnderWay underWayAt(Instant now) {
    if (underWay == null || said == null) {
      return null;
    }
    return underWay.later(Math.max(0, Duration.between(said.receivedAt(), now).toMillis()));
  }
}
