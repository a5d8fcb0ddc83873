package dev.pullcord.server.mirror;

import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.operations.OrderChecks;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.MirrorTable.MirroredRef;
import org.jspecify.annotations.Nullable;

/**
 * Refuses to let a ref go to another place than the operator saw: meanwhile the upstream may have
 * moved it again.
 *
 * @param seen a commit, or that it was deleted; null for wherever it is
 */
record AcceptedPlace(@Nullable String seen) {
  /** Reads it. */
  static AcceptedPlace of(@Nullable String seen) {
    if (seen != null && !seen.equals(UpstreamView.Accept.DELETED)) {
      try {
        var _ = new CommitId(seen);
      } catch (IllegalArgumentException e) {
        throw OrderChecks.malformed(
            "seen", "seen: %s, or %s".formatted(e.getMessage(), UpstreamView.Accept.DELETED));
      }
    }
    return new AcceptedPlace(seen);
  }

  /** To be asked where nothing else moves the ref. */
  void refuseUnless(MirroredRef row) {
    if (seen != null && !seen.equals(UpstreamView.Accept.seen(row.commit()))) {
      CommitId now = row.commit();
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "CHANGED",
          "nothing was accepted: meanwhile the upstream %s; look at it: pullcord upstream"
              .formatted(
                  now == null
                      ? "deleted " + RefPatterns.shown(row.ref())
                      : "has " + RefPatterns.shown(row.ref()) + " at " + now.abbreviated()),
          "seen");
    }
  }
}
