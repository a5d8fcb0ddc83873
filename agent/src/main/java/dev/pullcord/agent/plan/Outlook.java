package dev.pullcord.agent.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.protocol.api.PlanView.Action;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.TreeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says to people what a pass would do for a commit: made of the very plan that the pass would
 * apply, and of nothing else. Pure.
 *
 * @param commit which
 * @param ref on which it would be
 * @param verdict in a word
 * @param reason why it would be left alone, or what is in its way; empty otherwise
 * @param bundles whose files differ from the active release's
 * @param workers that would be touched
 * @param prepare what would be built before anything is touched
 * @param check commands that would decide whether the release may be switched to
 * @param steps all of them, in their order
 */
public record Outlook(
    CommitId commit,
    String ref,
    Verdict verdict,
    String reason,
    List<String> bundles,
    Map<String, Touched> workers,
    List<String> prepare,
    List<String> check,
    List<String> steps) {
  /** Copies, in their order. */
  public Outlook {
    bundles = List.copyOf(bundles);
    workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
    prepare = List.copyOf(prepare);
    check = List.copyOf(check);
    steps = List.copyOf(steps);
  }

  /** What it comes to. */
  public enum Verdict {
    /** Everything is as this commit asks for. */
    @JsonProperty("nothing")
    NOTHING,
    /** It touches no bundle and no worker: it is noted. */
    @JsonProperty("noted")
    NOTED,
    /** Steps are taken. */
    @JsonProperty("applied")
    APPLIED,
    /** Steps would be taken, were it not for the node's {@code noop}. */
    @JsonProperty("held")
    HELD,
    /** It is in quarantine. */
    @JsonProperty("left-alone")
    LEFT_ALONE,
    /** Something on the node is in its way. */
    @JsonProperty("blocked")
    BLOCKED
  }

  /**
   * A worker that would be touched.
   *
   * @param action how
   * @param ends numbers of its generations that would finish their work and end
   */
  public record Touched(Action action, List<Long> ends) {
    /** Copies. */
    public Touched {
      ends = List.copyOf(ends);
    }
  }

  /** Of a plan. */
  public static Outlook of(Goal goal, Plan plan, AgentHistory history) {
    return switch (plan) {
      case Plan.Nothing _ -> without(goal, Verdict.NOTHING, "");
      case Plan.MoveVersion _ -> without(goal, Verdict.NOTED, "");
      case Plan.Steps(List<Step> steps) ->
          new Outlook(
              goal.commit(),
              goal.ref(),
              Verdict.APPLIED,
              "",
              bundles(goal, history.activeRelease().map(Release::trees).orElse(Map.of())),
              touched(goal, steps, history),
              List.of(),
              List.of(),
              steps.stream().map(step -> text(step, history)).toList());
    };
  }

  /** Of a goal for which nothing would be done. */
  public static Outlook without(Goal goal, Verdict verdict, String reason) {
    return without(goal.commit(), goal.ref(), verdict, reason);
  }

  /** Of a commit for which nothing would be done. */
  public static Outlook without(CommitId commit, String ref, Verdict verdict, String reason) {
    return new Outlook(
        commit, ref, verdict, reason, List.of(), Map.of(), List.of(), List.of(), List.of());
  }

  /** The same, which the node holds back. */
  public Outlook held() {
    return new Outlook(commit, ref, Verdict.HELD, reason, bundles, workers, prepare, check, steps);
  }

  /** The same with what would be run before anything is touched. */
  public Outlook with(List<String> builds, List<String> checks) {
    return new Outlook(commit, ref, verdict, reason, bundles, workers, builds, checks, steps);
  }

  /** {@code go to 3f2a91c: hand over grep; restart beat}. */
  public String would() {
    String go = "go to " + commit.abbreviated();
    Map<Action, List<String>> byAction = new LinkedHashMap<>();
    workers.forEach((name, touched) ->
        byAction.computeIfAbsent(touched.action(), _ -> new ArrayList<>()).add(name));
    return byAction.isEmpty()
        ? go + ", touching no worker"
        : go
            + ": "
            + Arrays.stream(Action.values())
                .filter(byAction::containsKey)
                .map(a -> a.would() + " " + String.join(", ", byAction.getOrDefault(a, List.of())))
                .collect(Collectors.joining("; "));
  }

  private static List<String> bundles(Goal goal, Map<String, TreeId> active) {
    TreeSet<String> names = new TreeSet<>(goal.trees().keySet());
    names.addAll(active.keySet());
    return names.stream()
        .filter(name -> !Objects.equals(goal.trees().get(name), active.get(name)))
        .toList();
  }

  private static Map<String, Touched> touched(Goal goal, List<Step> steps, AgentHistory history) {
    Map<String, Touched> touched = new LinkedHashMap<>();
    for (String name : goal.workers().keySet()) {
      List<Long> ends =
          history.generationsOf(name).stream()
              .filter(g -> !g.askedToEnd() && !isKept(goal, g, history))
              .map(Generation::number)
              .toList();
      Action action = action(name, steps, history);
      if (action != null) {
        touched.put(name, new Touched(action, ends));
      }
    }
    history.generations().values().stream()
        .filter(g -> !goal.workers().containsKey(g.worker()) && !g.askedToEnd())
        .forEach(g -> touched.put(g.worker(), new Touched(Action.STOP, List.of(g.number()))));
    return touched;
  }

  private static boolean isKept(Goal goal, Generation generation, AgentHistory history) {
    var wanted = goal.workers().get(generation.worker());
    return wanted != null
        && history.kept(generation.worker(), wanted).filter(generation::equals).isPresent();
  }

  private static @Nullable Action action(String name, List<Step> steps, AgentHistory history) {
    boolean beside = false;
    boolean starts = false;
    boolean takesOver = false;
    boolean drains = false;
    for (Step step : steps) {
      switch (step) {
        case Step.StartBeside s when s.worker().equals(name) -> beside = true;
        case Step.Start s when s.worker().equals(name) -> starts = true;
        case Step.TakeOver s when s.worker().equals(name) -> takesOver = true;
        case Step.Drain d when name.equals(workerOf(d, history)) -> drains = true;
        default -> {}
      }
    }
    if (starts) {
      return drains ? Action.RESTART : Action.START;
    }
    return beside || takesOver ? Action.HAND_OVER : null;
  }

  private static @Nullable String workerOf(Step.Drain drain, AgentHistory history) {
    Generation generation = history.generations().get(drain.generation());
    return generation == null ? null : generation.worker();
  }

  private static String text(Step step, AgentHistory history) {
    return switch (step) {
      case Step.Stage _ -> "stage the release";
      case Step.Check _ -> "prepare and check it";
      case Step.Drain d -> "drain generation " + d.generation() + " of " + workerOf(d, history);
      case Step.Switch(String release) ->
          "switch to " + (release == null ? "it" : "release " + release);
      case Step.AwaitRoom(String worker, int most) ->
          "wait until at most " + most + " generations of " + worker + " are there";
      case Step.StartBeside s -> "start " + s.worker() + " beside what works";
      case Step.AwaitReady(String worker) -> "wait until " + worker + " is ready";
      case Step.TakeOver(String worker) -> "hand " + worker + " over";
      case Step.Clear _ -> "take current away";
      case Step.Start(String worker) -> "start " + worker;
      case Step.AwaitHealthy(String worker) -> "wait until " + worker + " is well";
    };
  }
}
