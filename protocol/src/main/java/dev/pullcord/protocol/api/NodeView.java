package dev.pullcord.protocol.api;

import dev.pullcord.protocol.contact.NodeFacts;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.TreeId;
import dev.pullcord.protocol.report.DriftStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One node, as the server sees it: {@code GET /api/v1/nodes/{name}}.
 *
 * @param name its name
 * @param state relative to its own target
 * @param reason one line: why
 * @param since when it came into this state
 * @param retryAt when its agent tries again by itself what failed; null when nothing is to come
 * @param ref the ref that it follows; what a pin asks for is in {@code pin}
 * @param pin the pin in force
 * @param targetCommit what it is to run
 * @param deployment that the target belongs to; null while it is pinned to a tag or a commit
 * @param appliedCommit what it last said is active and well
 * @param workers by name
 * @param trees by bundle
 * @param draining whether a generation of it is draining
 * @param labels set by operators
 * @param agentVersion null before it was seen
 * @param lastSeen its last authenticated request
 * @param why a paragraph: which state, why, since when, what to do
 * @param drift how the active release on its disk differs from the commit; null when it does not
 * @param stopped workers that operators have stopped, by name
 * @param contact what is to be known of the contact with its agent; null while there is nothing
 * @param suspension while it is under maintenance, and in no count; null otherwise
 * @param host where its agent runs; null in lists, and before it is known
 */
public record NodeView(
    NodeName name,
    NodeState state,
    String reason,
    Instant since,
    @Nullable Instant retryAt,
    String ref,
    @Nullable PinStatus pin,
    @Nullable CommitId targetCommit,
    @Nullable Long deployment,
    @Nullable CommitId appliedCommit,
    Map<String, WorkerStatus> workers,
    Map<String, TreeId> trees,
    boolean draining,
    Map<String, String> labels,
    @Nullable String agentVersion,
    @Nullable Instant lastSeen,
    String why,
    @Nullable DriftStatus drift,
    Map<String, Orders.Stop> stopped,
    @Nullable Contact contact,
    @Nullable SuspensionView suspension,
    @Nullable Host host) {

  /** What it is to run the commit of: what it is pinned to, else the branch that it follows. */
  public String source() {
    return pin == null ? ref : pin.ref();
  }

  /** Whether what this branch brings is for it, and it is to run another commit than this one. */
  public boolean wouldLeaveFor(String branch, CommitId commit) {
    return source().equals(branch) && !commit.equals(targetCommit);
  }

  /** The same, under maintenance. */
  public NodeView suspended(@Nullable SuspensionView why) {
    return with(why, host);
  }

  /** The same, with what is known of its host. */
  public NodeView on(@Nullable Host known) {
    return with(suspension, known);
  }

  private NodeView with(@Nullable SuspensionView maintenance, @Nullable Host known) {
    return new NodeView(
        name,
        state,
        reason,
        since,
        retryAt,
        ref,
        pin,
        targetCommit,
        deployment,
        appliedCommit,
        workers,
        trees,
        draining,
        labels,
        agentVersion,
        lastSeen,
        why,
        drift,
        stopped,
        contact,
        maintenance,
        known);
  }

  /**
   * Where the agent of a node runs.
   *
   * @param name the host's name, as it calls itself; null of an agent that does not say it
   * @param address from which the agent last opened a session; null likewise
   * @param facts what the agent said of the host; null likewise
   * @param clockAhead by how many seconds its clock is ahead of the server's, negative when it is
   *     behind; null while they agree within a minute. Times of the node are by the server's clock
   */
  public record Host(
      @Nullable String name,
      @Nullable String address,
      @Nullable NodeFacts facts,
      @Nullable Long clockAhead) {
    /** {@code 1d ahead of the server's}; null while they agree. */
    public @Nullable String clock() {
      return clockAhead == null
          ? null
          : Durations.human(Duration.ofSeconds(Math.abs(clockAhead)))
              + (clockAhead > 0 ? " ahead of" : " behind")
              + " the server's";
    }
  }

  /**
   * The contact with the agent of a node.
   *
   * @param lostSince when its event stream broke, which is shown at once; null again as soon as the
   *     state is {@code offline}, after 45 s
   * @param stoppedAt when its agent was stopped cleanly
   * @param alarm what needs a person: two hosts with one key, or a decision that this server does
   *     not have
   */
  public record Contact(
      @Nullable Instant lostSince, @Nullable Instant stoppedAt, @Nullable String alarm) {}

  /**
   * {@code GET /api/v1/nodes?selector=&state=&cursor=}.
   *
   * @param nodes in order of name
   * @param next the cursor of the next page, null at the end
   */
  public record Page(List<NodeView> nodes, @Nullable String next) {}
}
