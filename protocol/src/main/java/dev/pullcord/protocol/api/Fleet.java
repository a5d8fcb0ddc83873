package dev.pullcord.protocol.api;

import dev.pullcord.protocol.id.CommitId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/fleet}: the fleet in numbers that add up.
 *
 * @param revision of desired state
 * @param nodes {@code total} and a number for each state, by wire name, zero included
 * @param attributes {@code pinned}, {@code draining}, {@code drifted}, {@code unproven}, {@code
 *     suspended}, {@code lost-contact}
 * @param refs those that some node follows or is pinned to, in order
 * @param alarms what needs a person, a line each; empty while nothing does
 */
public record Fleet(
    long revision,
    Map<String, Integer> nodes,
    Map<String, Integer> attributes,
    List<Ref> refs,
    List<String> alarms) {
  /** A server of the version before says no alarms. */
  public Fleet {
    alarms = alarms == null ? List.of() : List.copyOf(alarms);
  }

  /**
   * The same where the last push to some branches reaches no node.
   *
   * @param why by branch
   * @param lines that tell a person so
   */
  public Fleet troubled(Function<String, Optional<String>> why, List<String> lines) {
    List<Ref> told = refs.stream().map(r -> r.troubled(why.apply(r.ref()).orElse(null))).toList();
    return new Fleet(revision, nodes, attributes, told, alarms).alarmedToo(lines);
  }

  /** The same with more that needs a person. */
  public Fleet alarmedToo(List<String> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<String> all = Stream.concat(alarms.stream(), more.stream()).toList();
    return new Fleet(revision, nodes, attributes, refs, all);
  }

  /**
   * One ref.
   *
   * @param ref the branch
   * @param commit its head, null while nothing was pushed
   * @param subject the first line of the commit's message
   * @param author the commit's author
   * @param nodes how many are to run it: those that follow it and are not pinned elsewhere
   * @param converged how many of these do
   * @param deployment the newest one of this ref
   * @param rollback while it is rolled back; {@code commit} is then what it was rolled back to
   * @param trouble why what was pushed last reaches no node; null while it does
   */
  public record Ref(
      String ref,
      @Nullable CommitId commit,
      @Nullable String subject,
      @Nullable String author,
      int nodes,
      int converged,
      @Nullable Long deployment,
      @Nullable RollbackView rollback,
      @Nullable String trouble) {
    /** One that is not rolled back, and whose pushes reach the nodes. */
    public Ref(
        String ref,
        @Nullable CommitId commit,
        @Nullable String subject,
        @Nullable String author,
        int nodes,
        int converged,
        @Nullable Long deployment) {
      this(ref, commit, subject, author, nodes, converged, deployment, null, null);
    }

    /** The same whose last push reaches no node, because of that. */
    Ref troubled(@Nullable String why) {
      return why == null
          ? this
          : new Ref(ref, commit, subject, author, nodes, converged, deployment, rollback, why);
    }

    /** The trouble as a line; nothing where what was pushed reaches the nodes. */
    public Optional<String> unreached() {
      return Optional.ofNullable(trouble)
          .map(why -> "what was pushed to " + ref + " reaches no node: " + why);
    }
  }
}
