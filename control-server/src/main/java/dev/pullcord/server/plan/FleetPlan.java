package dev.pullcord.server.plan;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PlanView;
import dev.pullcord.protocol.api.PlanView.Effect;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.desired.CommitSource.Resolution;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks of every node what a commit would do to it. A branch that nodes follow, or are pinned to,
 * would reach those; anything else is taken as if every node that is not pinned were to get it, for
 * that is how people try a branch out. Each commit that nodes run is compared once.
 */
public final class FleetPlan {
  private static final int PAGE = 1000;

  private final FleetReader fleet;
  private final CommitSource commits;
  private final Comparison comparison;

  /** Over a fleet and its repository. */
  public FleetPlan(FleetReader fleet, CommitSource commits, Comparison comparison) {
    this.fleet = fleet;
    this.commits = commits;
    this.comparison = comparison;
  }

  /** What is the same for some nodes. */
  private record Fate(
      Effect effect,
      List<String> bundles,
      Map<String, PlanView.Action> workers,
      List<String> problems) {
    /** A worker that an operator has stopped stays so, whatever comes. */
    Fate without(Set<String> stopped) {
      Map<String, PlanView.Action> left = new LinkedHashMap<>(workers);
      left.keySet().removeAll(stopped);
      return new Fate(effect, bundles, left, problems);
    }

    Fate held() {
      return new Fate(Effect.HELD_BACK, bundles, workers, List.of());
    }

    static Fate of(Effect effect) {
      return new Fate(effect, List.of(), Map.of(), List.of());
    }
  }

  /**
   * The plan.
   *
   * @param asked a branch, a tag, or a commit of at least seven digits
   */
  public PlanView of(String asked, Selector selector) {
    return switch (commits.resolve(asked)) {
      case Resolution.Branch(String name, CommitId commit) -> plan(name, commit, selector);
      case Resolution.Fixed(CommitId commit) -> plan(null, commit, selector);
      case Resolution.None(String code, String detail) ->
          throw new Refusal(Refusal.Kind.INVALID, code, detail, "commit");
    };
  }

  private PlanView plan(@Nullable String branch, CommitId commit, Selector selector) {
    Optional<CommitSource.CommitInfo> info = commits.info(commit);
    String subject = info.map(CommitSource.CommitInfo::subject).orElse("");
    String author = info.map(CommitSource.CommitInfo::author).orElse("");
    List<String> problems = commits.problems(commit);
    if (!problems.isEmpty()) {
      return new PlanView(
          commit, branch, false, subject, author, problems, List.of(), List.of(), List.of(),
          List.of(), List.of(), List.of(), List.of());
    }
    return switch (commits.manifest(commit)) {
      case ManifestResult.Invalid(List<ManifestProblem> wrong) ->
          throw new IllegalStateException("no node can run it: " + wrong);
      case ManifestResult.Valid(Manifest manifest) -> {
        List<NodeView> nodes = nodes(selector);
        boolean followed =
            branch != null && nodes(Selector.ALL).stream().anyMatch(n -> follows(n, branch));
        List<PlanView.Apart> apart = new ArrayList<>();
        List<NodeView> reached = new ArrayList<>();
        for (NodeView node : nodes) {
          Optional<String> why = apart(node, followed ? branch : null);
          if (why.isPresent()) {
            apart.add(new PlanView.Apart(node.name(), why.get()));
          } else {
            reached.add(node);
          }
        }
        yield new PlanView(
            commit,
            branch,
            followed,
            subject,
            author,
            List.of(),
            commands(manifest.prepare()),
            commands(manifest.check()),
            groups(reached, commit),
            apart,
            nodesOwn(manifest),
            comparison.ineffective(
                commit,
                nodes(Selector.ALL).stream()
                    .filter(n -> apart(n, followed ? branch : null).isEmpty())
                    .map(NodeView::labels)
                    .collect(Collectors.toSet())),
            held(reached, commit, manifest));
      }
    };
  }

  /** Those that it reaches, and that would stay on what they run for now. */
  private List<PlanView.Apart> held(List<NodeView> reached, CommitId commit, Manifest manifest) {
    Map<NodeName, String> held = fleet.held(manifest.windows());
    return reached.stream()
        .filter(node -> !commit.equals(node.appliedCommit()) && held.containsKey(node.name()))
        .map(node -> new PlanView.Apart(node.name(), held.getOrDefault(node.name(), "")))
        .toList();
  }

  private List<NodeView> nodes(Selector selector) {
    List<NodeView> all = new ArrayList<>();
    NodeName after = null;
    while (true) {
      List<NodeView> page = fleet.nodes(selector, Set.of(), after, PAGE);
      all.addAll(page);
      if (page.size() < PAGE) {
        return all;
      }
      after = page.getLast().name();
    }
  }

  private static boolean follows(NodeView node, String branch) {
    return branch.equals(node.source());
  }

  /**
   * Why a node is not reached.
   *
   * @param branch that nodes follow; null when every node that is not pinned is meant
   */
  private static Optional<String> apart(NodeView node, @Nullable String branch) {
    if (branch != null && follows(node, branch)) {
      return Optional.empty();
    }
    PinStatus pin = node.pin();
    if (pin != null) {
      return Optional.of("pinned to " + pin.ref() + " by " + pin.owner());
    }
    return branch == null ? Optional.empty() : Optional.of("follows " + node.ref());
  }

  private List<PlanView.Group> groups(List<NodeView> nodes, CommitId commit) {
    Map<Optional<CommitId>, Optional<Comparison.ByLabels>> known = new HashMap<>();
    Map<Fate, List<PlanView.Member>> members = new LinkedHashMap<>();
    for (NodeView node : nodes) {
      members
          .computeIfAbsent(fate(node, commit, known), _ -> new ArrayList<>())
          .add(
              new PlanView.Member(
                  node.name(),
                  node.appliedCommit(),
                  node.state(),
                  node.state() == NodeState.CONVERGED ? "" : node.reason()));
    }
    List<PlanView.Group> groups = new ArrayList<>();
    for (Effect effect : ORDER) {
      members.forEach((fate, who) -> {
        if (fate.effect() == effect) {
          groups.add(
              new PlanView.Group(effect, fate.bundles(), fate.workers(), who, fate.problems()));
        }
      });
    }
    return groups;
  }

  /** What touches something first. */
  private static final List<Effect> ORDER =
      List.of(
          Effect.RELEASED,
          Effect.HELD_BACK,
          Effect.REFUSED,
          Effect.LEFT_ALONE,
          Effect.UNKNOWN,
          Effect.NOTED,
          Effect.RUNS_IT);

  private Fate fate(
      NodeView node,
      CommitId commit,
      Map<Optional<CommitId>, Optional<Comparison.ByLabels>> known) {
    if (commit.equals(node.appliedCommit())) {
      return Fate.of(Effect.RUNS_IT);
    }
    if (node.state() == NodeState.ROLLED_BACK && commit.equals(node.targetCommit())) {
      return Fate.of(Effect.LEFT_ALONE);
    }
    CommitId before = node.appliedCommit();
    Fate fate =
        known
            .computeIfAbsent(Optional.ofNullable(before), _ -> comparison.compare(before, commit))
            .map(compared -> fate(compared.on(node.labels())).without(node.stopped().keySet()))
            .orElse(Fate.of(Effect.UNKNOWN));
    boolean noop = node.state() == NodeState.HELD && node.reason().startsWith("noop");
    return noop && fate.effect() == Effect.RELEASED ? fate.held() : fate;
  }

  private static Fate fate(Difference difference) {
    if (!difference.refused().isEmpty()) {
      return new Fate(Effect.REFUSED, List.of(), Map.of(), difference.refused());
    }
    return difference.release()
        ? new Fate(Effect.RELEASED, difference.bundles(), difference.workers(), List.of())
        : Fate.of(Effect.NOTED);
  }

  private static List<String> commands(List<CommandSpec> commands) {
    return commands.stream().map(c -> String.join(" ", c.run())).toList();
  }

  private static List<String> nodesOwn(Manifest manifest) {
    return manifest.workers().values().stream()
        .filter(w -> w.envFile() != null)
        .map(WorkerSpec::name)
        .toList();
  }
}
