package dev.pullcord.agent.report;

import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.ReportMessages;
import dev.pullcord.protocol.report.StepRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what is to be sent next, and what becomes of it: oldest first, deleted once the server
 * has stored it, and a report that it will never take is dropped, loudly, so that the ones behind
 * it get through. Sends nothing itself.
 *
 * <p>To a server that has opened another session the newest state is said again: it may have
 * forgotten this node, removed it and taken it in anew, or been restored from an older state. And
 * what was recorded before the first session of a start may be of an epoch that is too old: a full
 * disk does not take the epoch that a server gave.
 */
public final class ReportQueue {
  private static final Logger LOG = LoggerFactory.getLogger(ReportQueue.class);
  private static final long BATCH_BYTES_MAX = 640 << 10;

  private final ReportSpool spool;
  private @Nullable Newest newest;
  private List<SpooledReport> sent = List.of();
  private boolean oneByOne;

  /** The state that was recorded last, in which epoch; 0 takes that of the first session ever. */
  private record Newest(long epoch, long revision, @Nullable Long deployment, NodeStatus status) {}

  /**
   * What waits there, also since the agent before.
   *
   * @param directory {@code spool/}
   */
  public ReportQueue(Path directory) {
    this.spool = new ReportSpool(directory, ReportSpool.Limits.DEFAULT);
  }

  ReportSpool spool() {
    return spool;
  }

  /** The highest epoch that a report was written in; 0 before the first session. */
  public long epoch() {
    return spool.epoch();
  }

  /** How many wait. */
  public int size() {
    return spool.size();
  }

  /** The server has opened a session, or goes on with it. */
  public synchronized void session(long epoch, Instant now) {
    spool.epoch(epoch);
    Newest said = newest;
    if (said != null && said.epoch() != 0 && said.epoch() != epoch) {
      add(now, said.revision(), said.deployment(), said.status(), List.of());
    }
  }

  /** Keeps a report: on disk when this returns, or in memory when the disk does not take it. */
  public synchronized void add(
      Instant at,
      long revision,
      @Nullable Long deployment,
      NodeStatus status,
      List<StepRecord> steps) {
    spool.append(at, revision, deployment, status, steps);
    newest = new Newest(spool.epoch(), revision, deployment, status);
  }

  /** What is to be sent now; empty when nothing waits that can be read. */
  public synchronized Optional<ReportMessages.Batch> next() {
    sent = spool.oldest(oneByOne ? 1 : ReportMessages.MAX_PER_BATCH, BATCH_BYTES_MAX);
    return sent.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ReportMessages.Batch(sent.stream().map(SpooledReport::numbered).toList()));
  }

  /** The server has stored it up to this number; whether anything was got rid of by that. */
  public synchronized boolean stored(ReportNumber upTo) {
    int before = spool.size();
    spool.stored(sent, upTo);
    oneByOne = oneByOne && sent.size() == 1 && spool.size() > 0;
    return spool.size() < before;
  }

  /**
   * The server will never take it as it is: one by one is seen which of them that is.
   *
   * @return whether it was the newest, so that the server does not know the node's state
   */
  synchronized boolean refused(String why) {
    if (sent.size() > 1) {
      oneByOne = true;
      return false;
    }
    SpooledReport report = sent.getFirst();
    LOG.error(
        "REPORT_REFUSED  report {} will never be taken ({}); dropped",
        report.numbered().number(),
        why);
    spool.remove(report.n());
    return spool.size() == 0;
  }
}
