package dev.pullcord.protocol.desired;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The server's decision what one node should run. The agent stores the last one and it stands while
 * the server is away.
 *
 * @param revision the counter of desired state; a higher one replaces a lower one, always
 * @param node whom it is for
 * @param repository the repository's name, as in {@code /git/<repository>.git}
 * @param ref the ref in force: the followed branch, or what the pin names
 * @param commit the commit to run, or null while nothing was pushed to the ref
 * @param deployment the deployment this belongs to, echoed in reports; null for a pin to a tag or a
 *     commit
 * @param pin the pin in force, if there is one
 * @param retry counts the operators' retries; a quarantine made under a lower count is over
 * @param serverTime the server's clock when this was written; pins expire by it
 * @param labels of the node: which entries of the manifest's {@code nodes} are for it
 * @param orders what operators have asked of its workers
 * @param incarnation which start of the server's store counted the revision: the number alone does
 *     not say which decision it is once a store was restored; null from a server of the version
 *     before
 * @param withheld the newer commit that the node is not given yet, and why; null while there is
 *     none, and from a server of the version before
 * @param stage a commit of the same ref to get ready, without switching to it: it is what the node
 *     will be told to run later, or never; null for none, and from a server of the version before
 * @param gate of whom the node tries a commit that its ref is not at, {@code gate of ann}; null for
 *     none, and from a server of the version before
 * @param note what people are to be told beside the commit, as that the branch is rolled back; null
 *     for nothing, and from a server of the version before
 */
public record DesiredState(
    long revision,
    NodeName node,
    String repository,
    String ref,
    @Nullable CommitId commit,
    @Nullable Long deployment,
    @Nullable Pin pin,
    long retry,
    Instant serverTime,
    Map<String, String> labels,
    Orders orders,
    @Nullable String incarnation,
    @Nullable Withheld withheld,
    @Nullable CommitId stage,
    @Nullable String gate,
    @Nullable String note) {
  /** Copies; a server of the version before says neither labels nor orders. */
  public DesiredState {
    labels = labels == null ? Map.of() : Map.copyOf(labels);
    orders = orders == null ? Orders.NONE : orders;
  }

  /** One of a server that does not say its incarnation. */
  public DesiredState(
      long revision,
      NodeName node,
      String repository,
      String ref,
      @Nullable CommitId commit,
      @Nullable Long deployment,
      @Nullable Pin pin,
      long retry,
      Instant serverTime,
      Map<String, String> labels,
      Orders orders) {
    this(
        revision,
        node,
        repository,
        ref,
        commit,
        deployment,
        pin,
        retry,
        serverTime,
        labels,
        orders,
        null,
        null,
        null,
        null,
        null);
  }

  /** The same under that number, handed out at that time. */
  public DesiredState as(long number, @Nullable String of, Instant time) {
    return new DesiredState(
        number,
        node,
        repository,
        ref,
        commit,
        deployment,
        pin,
        retry,
        time,
        labels,
        orders,
        of,
        withheld,
        stage,
        gate,
        note);
  }
}
