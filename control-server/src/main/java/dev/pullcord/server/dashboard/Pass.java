package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.view.FleetReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One pass of a node as a small waterfall.
 *
 * @param number of the pass on its node
 * @param commit what it was about
 * @param began when its first step began
 * @param took from there to the end of its last step, for reading
 * @param good whether every step went well
 * @param cut whether a step was cut short by somebody's decision, and none failed
 * @param running whether it has not ended
 * @param deployment that it was for, where that is to be linked to
 * @param lines its steps in order
 */
public record Pass(
    long number,
    CommitId commit,
    Moment began,
    String took,
    boolean good,
    boolean cut,
    boolean running,
    @Nullable Long deployment,
    List<Line> lines) {
  private static final int GIST_STEPS = 3;
  private static final int OUTPUT_SHOWN_MAX = 16 << 10;

  /** Copies. */
  public Pass {
    lines = List.copyOf(lines);
  }

  /**
   * A step.
   *
   * @param x where it begins, of 100
   * @param width how long it is, of 100
   * @param outcome its class in the style sheet
   * @param output both streams, the last of it
   * @param since when it began, while it is under way
   */
  public record Line(
      String kind,
      String subject,
      double x,
      double width,
      String took,
      String outcome,
      String result,
      String output,
      @Nullable Moment since) {}

  /** Its sign; never by colour alone. */
  public String sign() {
    return good ? running ? "▸" : "✓" : cut ? "‖" : "✗";
  }

  /** Its class in the style sheet. */
  public String css() {
    return good ? running ? "o-running" : "o-ok" : cut ? "o-abandoned" : "o-release-fault";
  }

  /** The passes that these steps belong to, newest first. */
  public static List<Pass> of(List<StepRecord> steps) {
    TreeMap<Long, List<StepRecord>> byPass = new TreeMap<>();
    steps.forEach(s -> byPass.computeIfAbsent(s.pass(), _ -> new ArrayList<>()).add(s));
    return byPass.descendingMap().entrySet().stream()
        .map(e -> pass(e.getKey(), e.getValue()))
        .toList();
  }

  /** The same with the step that is under way now, which its pass ends with. */
  public static List<Pass> of(List<StepRecord> steps, @Nullable UnderWay step, Instant now) {
    if (step == null) {
      return of(steps);
    }
    List<StepRecord> all = new ArrayList<>(steps);
    all.addAll(step.done());
    StepRecord soFar =
        new StepRecord(
            step.pass(),
            step.index(),
            step.commit(),
            step.kind(),
            step.subject(),
            StepRecord.Outcome.OK,
            step.startedAt(),
            step.forMillis(),
            null,
            step.output());
    all.add(soFar);
    List<Pass> passes = new ArrayList<>(of(all));
    passes.replaceAll(
        p -> p.number() == step.pass() ? running(p, now.minusMillis(step.forMillis())) : p);
    return passes;
  }

  /** What a node did, each pass with its deployment, and what it does now. */
  public static List<Pass> of(
      List<FleetReader.Done> done, NodeView node, @Nullable UnderWay step, Instant now) {
    Map<Long, Long> deployments = new HashMap<>();
    for (FleetReader.Done one : done) {
      if (one.deployment() != null) {
        deployments.put(one.step().pass(), one.deployment());
      }
    }
    if (step != null && node.deployment() != null && step.commit().equals(node.targetCommit())) {
      deployments.put(step.pass(), node.deployment());
    }
    List<Pass> passes =
        new ArrayList<>(of(done.stream().map(FleetReader.Done::step).toList(), step, now));
    passes.replaceAll(p -> p.of(deployments.get(p.number())));
    return passes;
  }

  /** The same with neighbours that did the same, and did it well, in one list. */
  public static List<List<Pass>> folded(List<Pass> passes) {
    List<List<Pass>> folded = new ArrayList<>();
    for (Pass pass : passes) {
      if (folded.isEmpty() || !folded.getLast().getFirst().same(pass)) {
        folded.add(new ArrayList<>());
      }
      folded.getLast().add(pass);
    }
    return folded;
  }

  private boolean same(Pass other) {
    return good
        && other.good
        && !running
        && !other.running
        && commit.equals(other.commit)
        && gist().equals(other.gist());
  }

  /** What it did, in a few words: {@code health grep}. */
  public String gist() {
    List<String> steps = lines.stream().map(l -> l.kind() + " " + l.subject()).distinct().toList();
    return steps.size() <= GIST_STEPS
        ? String.join(", ", steps)
        : String.join(", ", steps.subList(0, GIST_STEPS))
            + " and "
            + (steps.size() - GIST_STEPS)
            + " more";
  }

  private Pass of(@Nullable Long id) {
    return new Pass(number, commit, began, took, good, cut, running, id, lines);
  }

  private static Pass running(Pass pass, Instant since) {
    List<Line> lines = new ArrayList<>(pass.lines());
    Line last = lines.removeLast();
    lines.add(
        new Line(
            last.kind(),
            last.subject(),
            last.x(),
            last.width(),
            last.took(),
            "o-running",
            "under way",
            last.output(),
            new Moment(since)));
    return new Pass(
        pass.number(),
        pass.commit(),
        pass.began(),
        pass.took(),
        pass.good(),
        pass.cut(),
        true,
        null,
        lines);
  }

  private static Pass pass(long number, List<StepRecord> steps) {
    Instant began = steps.getFirst().startedAt();
    double millis = 1;
    for (StepRecord step : steps) {
      millis = Math.max(millis, offset(began, step) + step.tookMillis());
    }
    double whole = millis;
    return new Pass(
        number,
        steps.getLast().commit(),
        new Moment(began),
        Durations.human(Duration.ofMillis((long) whole)),
        steps.stream().allMatch(s -> s.outcome() == StepRecord.Outcome.OK),
        steps.stream()
            .allMatch(s ->
                s.outcome() == StepRecord.Outcome.OK
                    || s.outcome() == StepRecord.Outcome.ABANDONED),
        false,
        null,
        steps.stream().map(s -> line(s, began, whole)).toList());
  }

  private static double offset(Instant began, StepRecord step) {
    return Math.max(0, Duration.between(began, step.startedAt()).toMillis());
  }

  private static Line line(StepRecord step, Instant began, double whole) {
    double x = 100 * offset(began, step) / whole;
    double width = Math.max(0.6, 100 * step.tookMillis() / whole);
    String output = step.output();
    String shown =
        output.length() > OUTPUT_SHOWN_MAX
            ? "…" + output.substring(output.length() - OUTPUT_SHOWN_MAX)
            : output;
    return new Line(
        step.kind().name().toLowerCase(Locale.ROOT),
        step.subject(),
        Math.round(100 * Math.min(x, 99.4)) / 100.0,
        Math.round(100 * Math.min(width, 100 - Math.min(x, 99.4))) / 100.0,
        Durations.human(Duration.ofMillis(step.tookMillis())),
        "o-" + step.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        result(step),
        shown,
        null);
  }

  private static String result(StepRecord step) {
    String code = step.exitCode() == null ? "" : " (exit code " + step.exitCode() + ")";
    return switch (step.outcome()) {
          case OK -> "ok";
          case RELEASE_FAULT -> "the release is at fault";
          case ENVIRONMENT_FAULT -> "the environment is at fault; tried again";
          case ABANDONED ->
              step.kind() == StepRecord.Kind.DRAIN
                  ? "cut short, not drained"
                  : "something newer came first";
        }
        + code;
  }
}
