package dev.pullcord.agent.decision;

import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.PinStatus;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says what this node is to run now. It is the server's last word with an expired pin already taken
 * out, or, without a server, the head of the followed branch.
 *
 * @param revision of desired state; without a server a count of the heads seen
 * @param ref the ref in force
 * @param commit what to run; null while there is nothing to run
 * @param deployment echoed in reports
 * @param pin the pin in force
 * @param retry the operators' retries so far
 * @param labels of this node
 * @param orders what operators have asked of its workers
 * @param next the commit that this node may be told to run later
 */
public record Decision(
    long revision,
    String ref,
    @Nullable CommitId commit,
    @Nullable Long deployment,
    @Nullable PinStatus pin,
    long retry,
    Map<String, String> labels,
    Orders orders,
    Next next) {
  /** Copies. */
  public Decision {
    labels = Map.copyOf(labels);
  }

  /** One that gives the node the newest there is. */
  public Decision(
      long revision,
      String ref,
      @Nullable CommitId commit,
      @Nullable Long deployment,
      @Nullable PinStatus pin,
      long retry,
      Map<String, String> labels,
      Orders orders) {
    this(revision, ref, commit, deployment, pin, retry, labels, orders, Next.NONE);
  }

  /**
   * What may come later.
   *
   * @param withheld the newer commit that this node is not given yet, and why; null without one
   * @param stage a commit to get ready beside what runs; null for none
   * @param note what people are to be told beside the commit; null for nothing
   */
  public record Next(@Nullable Withheld withheld, @Nullable CommitId stage, @Nullable String note) {
    /** The node has the newest there is. */
    public static final Next NONE = new Next(null, null, null);
  }

  /** The newer commit that this node is not given yet, and why; null without one. */
  public @Nullable Withheld withheld() {
    return next.withheld();
  }

  /** What people are to be told beside the commit; null for nothing. */
  public @Nullable String note() {
    return next.note();
  }

  /** A commit to get ready beside what runs; null for none. */
  public @Nullable CommitId stage() {
    return next.stage();
  }
}
