package dev.pullcord.server.store;

import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the server knows of the upstream that it mirrors. */
public interface MirrorTable {
  /** The last look; empty before the first. */
  Optional<Look> look();

  /** Keeps what came of a look. */
  void look(Look look);

  /** The mirrored refs, in order of name. */
  List<MirroredRef> refs();

  /** Keeps one; replaces what was kept of it. */
  void put(MirroredRef ref);

  /** Forgets one. */
  void remove(String ref);

  /** Keeps a delivery; false when one of that id is kept already, and then changes nothing. */
  boolean add(Delivery delivery);

  /** Whether one of that id was received then or later. */
  boolean knows(String deliveryId, Instant since);

  /** The newest deliveries. */
  List<Delivery> deliveries(int limit);

  /** Forgets those received before. */
  void forgetDeliveries(Instant before);

  /**
   * What came of a look at the upstream.
   *
   * @param state as the API calls it: {@code ok}, {@code empty}, {@code refused}, …
   * @param reason why it is not ok, and what to do; empty where it is
   * @param fetchedAt the last look that went well; null for never
   * @param failingSince the first look after that; null while all is well
   * @param defaultBranch what the upstream's HEAD names; null while that is not known
   */
  record Look(
      String state,
      String reason,
      @Nullable Instant fetchedAt,
      @Nullable Instant failingSince,
      @Nullable String defaultBranch) {}

  /**
   * A ref of the upstream.
   *
   * @param ref {@code main}, {@code refs/tags/v1}
   * @param commit where the upstream has it; null when the upstream has it no more
   * @param standing what that means for nodes
   * @param problem why its commit is not deployed; empty where it is
   * @param accepted the commit that an operator lets it be rewound to, or where the operator lets
   *     it go from when the upstream has deleted it; null for none
   * @param since when it came to stand so
   */
  record MirroredRef(
      String ref,
      @Nullable CommitId commit,
      Standing standing,
      String problem,
      @Nullable CommitId accepted,
      Instant since) {}

  /** How a ref stands. */
  enum Standing {
    /** Nodes get what the upstream has. */
    MIRRORED,
    /** Its commit is one that nodes must not get; they keep the one before. */
    UNDEPLOYABLE,
    /** The upstream took commits back; an operator has to decide. */
    REWRITTEN,
    /** The upstream has it no more; an operator has to decide. */
    DELETED
  }

  /**
   * A webhook that came in.
   *
   * @param id kind and delivery id
   * @param at when
   * @param outcome {@code fetched} or {@code ignored}
   * @param detail why, in a few words
   */
  record Delivery(String id, Instant at, String outcome, String detail) {}
}
