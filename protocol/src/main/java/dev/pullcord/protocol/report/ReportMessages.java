package dev.pullcord.protocol.report;

import dev.pullcord.protocol.id.ReportNumber;
import java.time.Instant;
import java.util.List;

/** The small messages around reports on the agents' port. */
public final class ReportMessages {
  private ReportMessages() {}

  /**
   * {@code POST /agent/v1/reports}: oldest first, at most {@link #MAX_PER_BATCH}.
   *
   * @param reports what the spool holds
   */
  public record Batch(List<NodeReport> reports) {
    /** Copies the list. */
    public Batch {
      reports = List.copyOf(reports);
    }
  }

  /** A batch is small, so that one that fails costs little to send again. */
  public static final int MAX_PER_BATCH = 50;

  /**
   * The answer: everything up to and including this number is stored for good.
   *
   * @param stored the highest stored number
   * @param serverTime the server's clock
   */
  public record Stored(ReportNumber stored, Instant serverTime) {}

  /**
   * {@code POST /agent/v1/session}: an agent has started.
   *
   * @param agentVersion the program's version
   * @param bootId of the host
   * @param epoch the highest that this node has written reports in, which the next one must exceed;
   *     0 when there was none, and from an agent of the version before
   */
  public record SessionRequest(String agentVersion, String bootId, long epoch) {}

  /**
   * The answer to a session request.
   *
   * @param epoch the epoch of all reports that this start of the agent makes
   * @param revision the newest revision for this node
   * @param serverTime the server's clock
   */
  public record Session(long epoch, long revision, Instant serverTime) {}

  /**
   * The answer to {@code POST /agent/v1/heartbeat} (no body), sent after 15 s without another
   * request.
   *
   * @param revision the newest revision for this node
   * @param serverTime the server's clock
   */
  public record Heartbeat(long revision, Instant serverTime) {}
}
