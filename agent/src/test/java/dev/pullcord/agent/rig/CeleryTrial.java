package dev.pullcord.agent.rig;

import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.broker.Debian13;
import dev.pullcord.testkit.broker.TaskBroker;
import dev.pullcord.testkit.broker.TaskLoad;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Puts one node with a row's Celery under a load and deploys to it meanwhile. The books are kept by
 * the jobs themselves.
 */
public final class CeleryTrial implements AutoCloseable {
  /** How many jobs are done before a deploy, so that it comes into a load that runs. */
  private static final int BETWEEN = 12;

  private static final Pattern STOPPED = Pattern.compile("others stopped after (\\d+) ms");
  private static final Pattern CONSUMES = Pattern.compile("consumes .*? after (\\d+) ms");

  public final CeleryNode node;
  private final CeleryRow row;
  private final String settings;
  private final Path python;

  public CeleryTrial(Path home, CeleryRow row, TaskBroker broker) throws IOException {
    this.row = row;
    if (row.debian() == CeleryRow.Debian.TRIXIE) {
      python = Debian13.made().python();
    } else {
      python = Needs.celery();
      if (List.of("gevent", "eventlet").contains(row.pool())) {
        Needs.celeryWith(row.pool());
      }
    }
    node = new CeleryNode(home, broker);
    node.queues = IntStream.range(0, row.load().queues()).mapToObj(i -> node.queue + i).toList();
    node.env = ", PATH: \"" + python.getParent() + ":/usr/bin:/bin\"";
    node.more = ", canary: {task: tasks.app.canary, timeout: 60s}";
    List<String> args = new ArrayList<>(List.of("--pool=" + row.pool()));
    if (row.args().stream().noneMatch(arg -> arg.startsWith("--autoscale"))) {
      args.add("--concurrency=" + (row.pool().equals("solo") ? 1 : 3));
    }
    args.addAll(row.args());
    node.args = String.join(", ", args.stream().map(arg -> '"' + arg + '"').toList());
    settings =
        "QUEUES = "
            + node.queues.stream()
                .map(q -> "'" + q + "'")
                .collect(Collectors.joining(", ", "[", "]"))
            + "\n"
            + broker.settings()
            + "\n"
            + row.settings();
  }

  /**
   * What became of the jobs.
   *
   * @param jobs how many were sent
   * @param lost sent and never done
   * @param twice done more than once
   * @param torn those that saw two versions
   * @param stopped how long the old generations took to give their queues up, in milliseconds
   * @param consumed when the newcomers had them, since the old ones were told to
   */
  public record Books(
      int jobs,
      Set<String> lost,
      Set<String> twice,
      List<String> torn,
      List<Long> stopped,
      List<Long> consumed) {
    @Override
    public String toString() {
      return ("%d jobs, %d lost, %d twice, %d torn;"
              + " the old stopped after %s ms, the new consumed after %s ms")
          .formatted(jobs, lost.size(), twice.size(), torn.size(), stopped, consumed);
    }
  }

  /** Two deploys into the load. */
  public Books run() {
    push("v1");
    TaskLoad.Route route = new TaskLoad.Route(node.queues, settings, row.load().priorities());
    try (TaskLoad load =
        TaskLoad.started(python, node.broker.url(), node.rig.ledger, row.load().rate(), route)) {
      for (String version : List.of("v2", "v3")) {
        int done = load.done().size();
        turnUntil(() -> load.done().size() >= done + BETWEEN);
        push(version);
      }
      int done = load.done().size();
      turnUntil(() -> load.done().size() >= done + BETWEEN);
      load.stop();
      turnUntil(() -> load.lost().isEmpty());
      turnUntil(() -> node.phases().equals(List.of(GenerationPhase.CONSUMING)));
      return books(load);
    }
  }

  private Books books(TaskLoad load) {
    List<String> torn =
        load.done().stream()
            .filter(job -> !job.code().equals(job.late()) || !job.code().equals(job.patterns()))
            .map(TaskLoad.Job::toString)
            .toList();
    return new Books(
        load.sent().size(),
        load.lost(),
        new TreeSet<>(load.doneTwice()),
        torn,
        handovers(STOPPED),
        handovers(CONSUMES));
  }

  /** Turns the loop until it is so, or until nothing becomes of it. */
  private void turnUntil(BooleanSupplier so) {
    node.passUntil(so);
  }

  public void push(String version) {
    node.extra.putAll(TaskLoad.application(version, settings));
    node.extra.put("search/patterns", version + "\n");
    PassResult pushed = node.push(version);
    if (pushed.state() != NodeState.CONVERGED) {
      throw new AssertionError(row + ": " + version + " is " + pushed);
    }
  }

  private List<Long> handovers(Pattern pattern) {
    List<Long> times = new ArrayList<>();
    for (StepRecord step : node.rig.reports.steps()) {
      Matcher matcher = pattern.matcher(String.valueOf(step.output()));
      while (matcher.find()) {
        times.add(Long.parseLong(matcher.group(1)));
      }
    }
    return times.subList(Math.min(1, times.size()), times.size());
  }

  @Override
  public void close() throws IOException {
    node.close();
  }
}
