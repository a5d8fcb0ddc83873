package dev.pullcord.cli.command.deploy;

import static java.util.Comparator.comparingLong;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerClient;
import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PlanView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.DidYouMean;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a word on the command line means: the newest deployment of a branch; or a commit, by
 * at least 7 digits or by a tag, with every branch that it heads and every node that is pinned to
 * it. A branch wins over a commit of the same letters.
 */
final class TargetFinder {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-fA-F]{7,40}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final Set<String> NO_REF = Set.of("REF_MISSING", "REF_AMBIGUOUS");
  private static final int MOST_PAGES = 50;
  private final ServerClient server;

  TargetFinder(ServerClient server) {
    this.server = server;
  }

  /**
   * What is to be waited for.
   *
   * @param deployments at least one, unless nodes are pinned to the commit
   * @param pinnedTo the commit that nodes may be pinned to; null when a branch was named
   */
  record Found(List<DeploymentView> deployments, @Nullable CommitId pinnedTo) {}

  /** What the word means, or nothing when it looks like a commit that was not pushed (yet). */
  Optional<Found> find(String word) {
    Fleet fleet = Replies.need(server.fleet());
    String branch = word.startsWith("refs/heads/") ? word.substring(11) : word;
    for (Fleet.Ref ref : fleet.refs()) {
      if (ref.ref().equals(branch)) {
        Long id = ref.deployment();
        if (id == null && ref.unreached().isPresent()) {
          return Optional.empty(); // its first push reaches no node yet
        }
        if (id == null) {
          throw new Failure(ExitCode.REFUSED, "nothing was pushed to " + branch + " yet");
        }
        return Optional.of(new Found(List.of(Replies.need(server.deployment(id))), null));
      }
    }
    return isCommit(word)
        ? byCommit(fleet, word.toLowerCase(Locale.ROOT))
        : byCommit(fleet, tagged(fleet, word).value());
  }

  /** Whether it looks like a commit. */
  static boolean isCommit(String word) {
    return COMMIT.matcher(word).matches();
  }

  /** Of each branch whose last push reaches no node, why. */
  List<String> unreached() {
    return Replies.need(server.fleet()).refs().stream()
        .flatMap(ref -> ref.unreached().stream())
        .toList();
  }

  /**
   * The deployment that a word means: its number, {@code latest}, or the newest one of a branch, a
   * tag or a commit. Digits are a number where there is such a deployment.
   */
  long deployment(String word) {
    if (NUMBER.matcher(word).matches()) {
      long id = Long.parseLong(word);
      ServerReply<DeploymentView> answer = server.deployment(id);
      if (!Replies.missing(answer) || !COMMIT.matcher(word).matches()) {
        return Replies.need(answer).id();
      }
    }
    if (word.equals("latest")) {
      return Replies.need(server.deployments(null, null)).deployments().stream()
          .findFirst()
          .map(DeploymentView::id)
          .orElseThrow(() -> new Failure(ExitCode.REFUSED, "nothing was pushed yet"));
    }
    return find(word)
        .flatMap(found -> found.deployments().stream().max(comparingLong(DeploymentView::id)))
        .map(DeploymentView::id)
        .orElseThrow(() ->
            new Failure(
                ExitCode.REFUSED,
                "no deployment brought " + Quoted.of(word) + "; pullcord deployments lists them"));
  }

  /** The commit of a tag, as the server reads it. */
  private CommitId tagged(Fleet fleet, String word) {
    ServerReply<PlanView> answer = server.plan(word, null);
    boolean noSuchThing =
        answer instanceof ServerReply.Refused<PlanView>(Problem problem, _)
            && NO_REF.contains(problem.code());
    PlanView plan = noSuchThing ? null : Replies.need(answer);
    if (plan != null && plan.branch() == null) {
      return plan.commit();
    }
    List<String> refs = fleet.refs().stream().map(Fleet.Ref::ref).toList();
    throw Failure.usage(
        Quoted.of(word)
            + " is no commit (7 to 40 hex digits), no tag, and no branch that a node follows: "
            + (refs.isEmpty() ? "none is followed" : String.join(", ", refs))
            + DidYouMean.of(word, refs));
  }

  private Optional<Found> byCommit(Fleet fleet, String digits) {
    Set<CommitId> meant = new TreeSet<>(Comparator.comparing(CommitId::value));
    List<DeploymentView> heads = new ArrayList<>();
    for (Fleet.Ref ref : fleet.refs()) {
      if (ref.commit() != null
          && ref.deployment() != null
          && ref.commit().value().startsWith(digits)) {
        DeploymentView head = Replies.need(server.deployment(ref.deployment()));
        if (head.commit().equals(ref.commit())) {
          heads.add(head);
          meant.add(head.commit());
        }
      }
    }
    for (NodeView node : Replies.need(server.nodes(null, null)).nodes()) {
      CommitId target = node.targetCommit();
      if (node.pin() != null && target != null && target.value().startsWith(digits)) {
        meant.add(target);
      }
    }
    if (meant.size() > 1) {
      throw Failure.usage(
          digits
              + " is several commits: "
              + meant.stream().map(CommitId::value).collect(Collectors.joining(", "))
              + "; write more digits");
    }
    return meant.isEmpty()
        ? older(digits).map(old -> new Found(List.of(old), old.commit()))
        : Optional.of(new Found(heads, meant.iterator().next()));
  }

  /** The last deployment of a commit that heads no branch any more. */
  private Optional<DeploymentView> older(String digits) {
    String cursor = null;
    for (int i = 0; i < MOST_PAGES; i++) {
      DeploymentView.Page page = Replies.need(server.deployments(null, cursor));
      for (DeploymentView deployment : page.deployments()) {
        if (deployment.commit().value().startsWith(digits)) {
          return Optional.of(deployment);
        }
      }
      cursor = page.next();
      if (cursor == null) {
        break;
      }
    }
    return Optional.empty();
  }
}
