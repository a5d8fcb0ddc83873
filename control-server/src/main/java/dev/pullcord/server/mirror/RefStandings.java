package dev.pullcord.server.mirror;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.githost.upstream.UpstreamEntry;
import dev.pullcord.server.githost.upstream.UpstreamRepository.Fetched;
import dev.pullcord.server.githost.upstream.UpstreamRepository.Refused;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.MirrorTable;
import dev.pullcord.server.store.MirrorTable.MirroredRef;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how each ref stands after a look, from what was fetched and what nodes are led to. */
final class RefStandings {
  private static final Logger LOG = LoggerFactory.getLogger(RefStandings.class);

  /** How a note begins that the next look makes again. */
  private static final String UNREAD = "the server cannot read its files: ";

  private final UpstreamEntry entry;
  private final InstantSource clock;
  private final Fetched fetched;

  RefStandings(UpstreamEntry entry, InstantSource clock, Fetched fetched) {
    this.entry = entry;
    this.clock = clock;
    this.fetched = fetched;
  }

  /** Where the upstream has it; null when it has it no more. */
  @Nullable CommitId commit(String name) {
    Refused refused = fetched.refused().get(name);
    return refused == null ? fetched.refs().get(name) : refused.commit();
  }

  /** What is to become of it. */
  RefDecision decide(String name, @Nullable MirroredRef before) {
    Refused refused = fetched.refused().get(name);
    if (refused != null) {
      return undeployable(refused.commit(), refused.why());
    }
    CommitId upstream = fetched.refs().get(name);
    CommitId held = entry.held(name).orElse(null);
    return RefDecision.of(
        new RefDecision.Facts(
            RefPatterns.shown(name),
            held,
            upstream,
            accepted(name, before),
            fetched.head(),
            () -> upstream != null && held != null && entry.contains(upstream, held),
            () -> upstream == null ? List.of() : entry.problems(name, upstream),
            () -> entry.followers(name).isEmpty() && !entry.isDefault(name)));
  }

  /** It was to move and could not; the next look tries again. */
  RefDecision unmoved(String name, String why) {
    CommitId commit = commit(name);
    return commit == null
        ? new RefDecision(
            MirrorTable.Standing.DELETED,
            "the upstream deleted it; it is still here: " + why,
            false)
        : undeployable(commit, why);
  }

  /** Nothing can be decided on it; the next look tries again. */
  RefDecision unreadable(String name, String why) {
    return unmoved(name, "the server cannot read it: " + why);
  }

  private static RefDecision undeployable(CommitId commit, String why) {
    return new RefDecision(
        MirrorTable.Standing.UNDEPLOYABLE, RefDecision.undeployable(commit, List.of(why)), false);
  }

  /** What is kept of it. */
  MirroredRef row(String name, RefDecision made, @Nullable MirroredRef before) {
    CommitId commit = commit(name);
    String problem = problem(name, made, before);
    boolean same =
        before != null
            && before.standing() == made.standing()
            && Objects.equals(before.commit(), commit);
    if (!same && !problem.isEmpty()) {
      LOG.warn("upstream {}: {}", name, problem);
    }
    CommitId accepted = accepted(name, before);
    return new MirroredRef(
        name,
        commit,
        made.standing(),
        problem,
        commit == null || commit.equals(accepted) ? accepted : null,
        same && before != null ? before.since() : clock.instant());
  }

  /** Who let the ref be rewound has not let it go, and the other way round. */
  private @Nullable CommitId accepted(String name, @Nullable MirroredRef before) {
    return before != null && (before.commit() == null) == (commit(name) == null)
        ? before.accepted()
        : null;
  }

  /** A commit that nodes may get is read for what is worth a word once, when it can be read. */
  private String problem(String name, RefDecision made, @Nullable MirroredRef before) {
    CommitId commit = commit(name);
    if (made.standing() != MirrorTable.Standing.MIRRORED || commit == null) {
      return made.problem();
    }
    String kept =
        before != null
                && before.standing() == MirrorTable.Standing.MIRRORED
                && commit.equals(before.commit())
            ? before.problem()
            : null;
    if (kept != null && !kept.startsWith(UNREAD)) {
      return kept;
    }
    try {
      return entry.note(name, commit);
    } catch (RuntimeException | StackOverflowError e) {
      String problem = UNREAD + DiskTrouble.said(e);
      if (!problem.equals(kept)) {
        DiskTrouble.log(LOG, "the files of " + commit + " of " + name + " cannot be read", e);
      }
      return problem;
    }
  }
}
