package dev.pullcord.protocol.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.Severity;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One commit on its way to the nodes of a ref: {@code GET /api/v1/deployments/{id}}.
 *
 * @param id counts up
 * @param commit what is deployed
 * @param before the ref's head before, null for the first
 * @param ref the branch
 * @param subject the first line of the commit's message
 * @param author the commit's author
 * @param pushedBy the owner of the token that pushed
 * @param state where it is; once it has ended, how it ended, whatever its nodes do later
 * @param startedAt when the ref moved
 * @param convergedAt when the last node of it had converged; null until then
 * @param supersededBy the id of the deployment that replaced it
 * @param nodes how many are in which state, by wire name; zero ones left out; once it has ended, as
 *     they were at its end
 * @param members a line per node, in order of name: those that were its own when it was decided,
 *     and those that came later
 * @param outcome how it ended; null while it has not, and from a server that does not say
 * @param now how many of the nodes that are to run it now are in which state, as {@code nodes}
 * @param supersededByCommit the commit that came instead
 * @param rollback why an operator ({@code pushedBy}) led the branch back to the commit; null when
 *     it was pushed
 */
public record DeploymentView(
    long id,
    CommitId commit,
    @Nullable CommitId before,
    String ref,
    String subject,
    String author,
    String pushedBy,
    State state,
    Instant startedAt,
    @Nullable Instant convergedAt,
    @Nullable Long supersededBy,
    Map<String, Integer> nodes,
    List<Member> members,
    @Nullable Outcome outcome,
    Map<String, Integer> now,
    @Nullable CommitId supersededByCommit,
    @Nullable String rollback) {

  /** Copies; a server that does not say how its nodes are now says it in {@code nodes}. */
  public DeploymentView {
    nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    members = List.copyOf(members);
    @Nullable Map<String, Integer> said = now;
    now = said == null ? nodes : Collections.unmodifiableMap(new LinkedHashMap<>(said));
  }

  /** The same without its members. */
  public DeploymentView withoutMembers() {
    return new DeploymentView(
        id,
        commit,
        before,
        ref,
        subject,
        author,
        pushedBy,
        state,
        startedAt,
        convergedAt,
        supersededBy,
        nodes,
        List.of(),
        outcome,
        now,
        supersededByCommit,
        rollback);
  }

  /** {@code rolled back to abc1234 by ann: lost tasks}; empty when it was pushed. */
  public Optional<String> rolledBack() {
    return Optional.ofNullable(rollback)
        .map(why -> "rolled back to %s by %s: %s".formatted(commit.abbreviated(), pushedBy, why));
  }

  /** How it ended, also when a newer commit came after that; while it has not, where it is. */
  public State shown() {
    Outcome ended = outcome;
    return ended == null || state == State.RUNNING ? state : ended.state();
  }

  /** How it is to be judged. One that was superseded before its end is neither good nor bad. */
  public Severity severity() {
    return switch (shown()) {
      case RUNNING -> Severity.UNDER_WAY;
      case CONVERGED -> Severity.GOOD;
      case SUPERSEDED -> Severity.HELD;
      case INCOMPLETE ->
          Severity.worst(
              nodes.keySet().stream().map(NodeState::of).filter(s -> s != NodeState.CONVERGED));
    };
  }

  /** What became of it in a few words: {@code converged 6/6 in 2.1s, then 8be9a33}. */
  public String told() {
    String word = shown().name().toLowerCase(Locale.ROOT);
    return total() == 0 ? word + ", no node" : word + " " + progress();
  }

  /** The same without its first word: {@code 6/6 in 2.1s, then 8be9a33}. */
  public String progress() {
    return converged() + "/" + total() + ending();
  }

  /** The same without the numbers: {@code in 2.1s, then 8be9a33}, with a space in front. */
  public String ending() {
    Outcome ended = outcome;
    StringBuilder text = new StringBuilder();
    if (ended != null && state != State.RUNNING) {
      Instant at =
          ended.state() == State.CONVERGED && convergedAt != null ? convergedAt : ended.endedAt();
      text.append(ended.state() == State.CONVERGED ? " in " : " after ")
          .append(Durations.human(Duration.between(startedAt, at)));
    }
    CommitId next = supersededByCommit;
    if (next != null) {
      boolean first = ended == null || ended.state() == State.SUPERSEDED;
      text.append(first ? " by " : ", then ").append(next.abbreviated());
    }
    return text.toString();
  }

  /** How its nodes are now, where that is not how it ended; empty where it is. */
  public String toldNow() {
    Outcome ended = outcome;
    if (ended == null || supersededBy != null || now.equals(nodes)) {
      return "";
    }
    int all = now.values().stream().mapToInt(n -> n).sum();
    return all == 0
        ? "now on no node"
        : "now "
            + now.entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
  }

  /** How many nodes it counts. */
  public int total() {
    Outcome ended = outcome;
    return ended == null ? nodes.values().stream().mapToInt(n -> n).sum() : ended.total();
  }

  /** How many of these run it, or ran it until its end. */
  public int converged() {
    Outcome ended = outcome;
    return ended == null
        ? nodes.getOrDefault(NodeState.CONVERGED.wireName(), 0)
        : ended.converged();
  }

  /**
   * The nodes that are to run it now, each as it is now; of one that was superseded all of them, as
   * they were at its end.
   */
  public List<Member> present() {
    if (supersededBy != null || members.stream().allMatch(m -> m.now() == null)) {
      return now.isEmpty() && supersededBy == null ? List.of() : members;
    }
    return members.stream().flatMap(m -> m.present().stream()).toList();
  }

  /**
   * How a deployment ended. It stays what it was: what the nodes do later is their present state.
   *
   * @param state {@code CONVERGED}, {@code INCOMPLETE}, or {@code SUPERSEDED} when a newer commit
   *     came first
   * @param converged how many of its nodes ran the commit
   * @param total how many nodes were its own, with those that came later and ran it
   * @param endedAt when
   */
  public record Outcome(State state, int converged, int total, Instant endedAt) {}

  /** From when on a node's time counts: the push, or when it joined later than that. */
  public Instant countedFrom(Member member) {
    Instant joined = member.joinedAt();
    return joined != null && joined.isAfter(startedAt) ? joined : startedAt;
  }

  /** Where a deployment is. */
  public enum State {
    /** Some reachable node is still on its way. */
    @JsonProperty("running")
    RUNNING,
    /** Every node of it runs the commit. */
    @JsonProperty("converged")
    CONVERGED,
    /** Every reachable node is done, and some node does not run the commit. */
    @JsonProperty("incomplete")
    INCOMPLETE,
    /** A newer commit came to the ref. */
    @JsonProperty("superseded")
    SUPERSEDED
  }

  /**
   * One node of the deployment.
   *
   * @param name its name
   * @param state its state, relative to this deployment's commit; as it was at the end, once that
   *     has come
   * @param reason why
   * @param retryAt when its agent tries again by itself what failed; null when nothing is to come
   * @param convergedAt when it said so
   * @param joinedAt when it became a node of the deployment; null from a server that does not say
   * @param now how it is now; null when it is to run something else, and from a server that does
   *     not say
   */
  public record Member(
      NodeName name,
      NodeState state,
      String reason,
      @Nullable Instant retryAt,
      @Nullable Instant convergedAt,
      @Nullable Instant joinedAt,
      @Nullable Present now) {
    private Optional<Member> present() {
      return Optional.ofNullable(now)
          .map(p -> new Member(name, p.state(), p.reason(), p.retryAt(), convergedAt, joinedAt, p));
    }
  }

  /**
   * How a node is that is still to run the deployment's commit.
   *
   * @param state its state
   * @param reason why
   * @param retryAt when its agent tries again by itself what failed
   */
  public record Present(NodeState state, String reason, @Nullable Instant retryAt) {}

  /**
   * {@code GET /api/v1/deployments?ref=&cursor=}, newest first.
   *
   * @param deployments without members
   * @param next the cursor of the next page, null at the end
   */
  public record Page(List<DeploymentView> deployments, @Nullable String next) {}

  /**
   * {@code GET /api/v1/deployments/{id}/nodes/{name}/transcript}: what the node did for it.
   *
   * @param deployment the id
   * @param node the node
   * @param steps in order, output included
   * @param underWay the step that it is in now, as of now; null when it is in none
   */
  public record Transcript(
      long deployment, NodeName node, List<StepRecord> steps, @Nullable UnderWay underWay) {}
}
