package dev.pullcord.protocol.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.TreeId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Everything a node says of itself at one moment: what {@code pullcord-agent status -o json} prints
 * and what every report carries whole, so that a lost report is made good by the next one.
 *
 * @param node its name
 * @param state relative to its own target
 * @param reason one line: why this state
 * @param since when it came into this state
 * @param retryAt when the agent tries again by itself what failed, by its own clock; null when it
 *     does not: then only something new ends a failure
 * @param ref the ref in force
 * @param targetCommit what it is to run
 * @param appliedCommit what is active and passed its health; null before the first time
 * @param release the directory name of the active release, {@code 000007-3f2a91c0d1e2}
 * @param trees of the active release: bundle path prefix sets by bundle name, as one tree digest
 *     each
 * @param workers by name
 * @param pin the pin in force
 * @param server the agent's contact with its server; null when it has none
 * @param spooledReports reports on disk that the server has not acknowledged
 * @param drift how the active release differs from its commit; null when it does not, and from an
 *     agent that does not look
 * @param labels by which it knows what it is to run; null before anything was decided, and from an
 *     agent that does not look at them
 * @param orders the last of the operators' orders about its workers that it has taken up
 * @param stage how far it is with the commit that it gets ready; null while there is none, and from
 *     an agent of the version before
 */
public record NodeStatus(
    NodeName node,
    NodeState state,
    String reason,
    Instant since,
    @Nullable Instant retryAt,
    @Nullable String ref,
    @Nullable CommitId targetCommit,
    @Nullable CommitId appliedCommit,
    @Nullable String release,
    Map<String, TreeId> trees,
    Map<String, WorkerStatus> workers,
    @Nullable PinStatus pin,
    @Nullable ServerContact server,
    int spooledReports,
    @Nullable DriftStatus drift,
    @Nullable Map<String, String> labels,
    long orders,
    @Nullable StageStatus stage) {
  /** Of a longer one, in JSON, a server takes no report. */
  public static final int CHARS_MAX = 256 << 10;

  /** A server may write some of it in another way than this agent. */
  private static final int CHARS_SENT_MAX = CHARS_MAX - (16 << 10);

  private static final int REASON_CHARS_MAX = 16 << 10;
  private static final int GENERATIONS_MAX = 32;

  /** Copies the maps in their order. */
  public NodeStatus {
    trees = Collections.unmodifiableMap(new LinkedHashMap<>(trees));
    workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
    labels = labels == null ? null : Map.copyOf(labels);
  }

  /** Whether a server takes a report with it. */
  public boolean fits() {
    return chars() <= CHARS_MAX;
  }

  /**
   * As much of it as a server takes. What does not fit goes in this order: the names of tasks, the
   * end of a long reason, the oldest generations of each worker.
   */
  public NodeStatus fitting() {
    if (chars() <= CHARS_SENT_MAX) {
      return this;
    }
    NodeStatus cut = brief(WorkerStatus::withoutTaskNames);
    for (int most = GENERATIONS_MAX; most > 0 && cut.chars() > CHARS_SENT_MAX; most /= 2) {
      int newest = most;
      cut = brief(worker -> worker.withoutTaskNames().withNewest(newest));
    }
    return cut;
  }

  private int chars() {
    return PullcordJson.write(this).length();
  }

  private NodeStatus brief(UnaryOperator<WorkerStatus> worker) {
    Map<String, WorkerStatus> shorter = new LinkedHashMap<>();
    workers.forEach((name, one) -> shorter.put(name, worker.apply(one)));
    int more = reason.length() - REASON_CHARS_MAX;
    return new NodeStatus(
        node,
        state,
        more <= 0
            ? reason
            : reason.substring(0, REASON_CHARS_MAX) + "… (" + more + " more characters)",
        since,
        retryAt,
        ref,
        targetCommit,
        appliedCommit,
        release,
        trees,
        shorter,
        pin,
        server,
        spooledReports,
        drift,
        labels,
        orders,
        stage);
  }

  /**
   * The agent's contact with its server.
   *
   * @param url the agents' port
   * @param connected whether the event stream is open
   * @param lastContact the last authenticated answer, by the agent's clock
   * @param problem what keeps the two apart, and what to do; null while nothing does
   * @param moved why the agent left the server before for this one; null, and left out, where it
   *     did not
   */
  public record ServerContact(
      String url,
      boolean connected,
      @Nullable Instant lastContact,
      @Nullable String problem,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String moved) {
    /** The contact of an agent that is where it was. */
    public ServerContact(
        String url, boolean connected, @Nullable Instant lastContact, @Nullable String problem) {
      this(url, connected, lastContact, problem, null);
    }
  }
}
