package dev.pullcord.protocol.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
 * @param state where it is
 * @param startedAt when the ref moved
 * @param convergedAt when the last node of it had converged; null until then
 * @param supersededBy the id of the deployment that replaced it
 * @param nodes how many are in which state, by wire name; zero ones left out
 * @param members a line per node, in order of name
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
    List<Member> members) {

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
   * @param state its state, relative to this deployment's commit
   * @param reason why
   * @param retryAt when its agent tries again by itself what failed; null when nothing is to come
   * @param convergedAt when it said so
   * @param joinedAt when it became a node of the deployment; null from a server that does not say
   */
  public record Member(
      NodeName name,
      NodeState state,
      String reason,
      @Nullable Instant retryAt,
      @Nullable Instant convergedAt,
      @Nullable Instant joinedAt) {}

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
