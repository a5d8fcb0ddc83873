package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.Tasks;
import dev.pullcord.protocol.report.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A node's workers: a line for each generation that lives. */
public final class Generations {
  private Generations() {}

  private static final List<String> COLUMNS =
      List.of("WORKER", "GEN", "PID", "PHASE", "COMMIT", "AGE", "TASKS");

  private static final Comparator<GenerationStatus> NEWEST_FIRST =
      Comparator.comparing(GenerationStatus::startedAt).reversed();

  private static final Comparator<NodeView> LAST_STARTED_FIRST =
      Comparator.comparing(Generations::lastStart).reversed();

  /**
   * The lines, with a heading: the newest generation of a worker first, and below how each worker
   * was proven; none when the node has no worker.
   */
  public static List<StyledLine> lines(Map<String, WorkerStatus> workers, Instant now) {
    Table table = new Table(COLUMNS.toArray(String[]::new));
    workers.forEach(
        (name, worker) -> rows(name, worker, now).forEach(row -> table.row(cells(row))));
    if (table.isEmpty()) {
      return List.of();
    }
    List<StyledLine> lines = new ArrayList<>(table.lines());
    workers.forEach((name, worker) ->
        lines.add(StyledLine.of(Style.FAINT, "proof of " + name + ": ").add(worker.proof())));
    return lines;
  }

  /** The same of several nodes: their names in front, who started last first, and no proofs. */
  public static List<StyledLine> ofAll(List<NodeView> nodes, Instant now) {
    Table table =
        new Table(Stream.concat(Stream.of("NODE"), COLUMNS.stream()).toArray(String[]::new));
    for (NodeView node : nodes.stream().sorted(LAST_STARTED_FIRST).toList()) {
      node.workers()
          .forEach((name, worker) -> {
            for (List<String> row : rows(name, worker, now)) {
              List<String> whole = new ArrayList<>(row);
              whole.addFirst(node.name().value());
              table.row(cells(whole));
            }
          });
    }
    return table.isEmpty() ? List.of() : table.lines();
  }

  private static Instant lastStart(NodeView node) {
    return node.workers().values().stream()
        .flatMap(worker -> worker.generations().stream())
        .map(GenerationStatus::startedAt)
        .max(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }

  private static StyledLine[] cells(List<String> row) {
    return row.stream().map(StyledLine::of).toArray(StyledLine[]::new);
  }

  private static List<List<String>> rows(String name, WorkerStatus worker, Instant now) {
    if (worker.generations().isEmpty()) {
      return List.of(List.of(name, "-", "-", "-", "-", "-", "-"));
    }
    return worker.generations().stream()
        .sorted(NEWEST_FIRST)
        .map(generation ->
            List.of(
                name,
                Long.toString(generation.number()),
                generation.pid() == 0 ? "-" : Long.toString(generation.pid()),
                generation.phase().wireName(),
                generation.commit().abbreviated(),
                Ages.coarse(Duration.between(generation.startedAt(), now)),
                tasks(generation, now)))
        .toList();
  }

  private static String said(GenerationStatus generation) {
    return generation.drain() == null ? "" : ": " + generation.drain();
  }

  /** {@code 1, tasks.app.grep since 3h}; of one that drains all that it holds, and since when. */
  private static String tasks(GenerationStatus generation, Instant now) {
    Tasks tasks = generation.tasks();
    Instant since = generation.since();
    String drain =
        generation.phase() == GenerationPhase.DRAINING && since != null
            ? "drains since " + Ages.coarse(Duration.between(since, now)) + said(generation)
            : "";
    if (tasks == null) {
      return drain.isEmpty() ? "-" : drain;
    }
    String number =
        generation.phase() == GenerationPhase.DRAINING
            ? tasks.text(ZoneId.systemDefault())
            : Integer.toString(tasks.count());
    String busy =
        number
            + tasks.oldest().stream()
                .findFirst()
                .map(t ->
                    ", " + t.name() + " since " + Ages.coarse(Duration.between(t.since(), now)))
                .orElse("");
    return drain.isEmpty() ? busy : busy + "; " + drain;
  }
}
