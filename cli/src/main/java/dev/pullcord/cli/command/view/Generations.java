package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.Ages;
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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A node's workers: a line for each generation that lives. */
public final class Generations {
  private Generations() {}

  private static final List<String> COLUMNS =
      List.of("WORKER", "GENERATION", "PID", "PHASE", "COMMIT", "AGE", "TASKS", "PROOF");

  private static final int PROOF = COLUMNS.size() - 1;

  /** The lines, with a heading; none when the node has no worker. */
  public static List<StyledLine> lines(Map<String, WorkerStatus> workers, Instant now) {
    Table table = new Table(COLUMNS.toArray(String[]::new));
    workers.forEach(
        (name, worker) -> rows(name, worker, now).forEach(row -> table.row(cells(row))));
    return table.isEmpty() ? List.of() : table.lines();
  }

  /** The same of several nodes: their names in front, and no proofs, which take half a line. */
  public static List<StyledLine> ofAll(List<NodeView> nodes, Instant now) {
    Table table =
        new Table(
            Stream.concat(Stream.of("NODE"), COLUMNS.stream().limit(PROOF)).toArray(String[]::new));
    for (NodeView node : nodes) {
      node.workers()
          .forEach((name, worker) -> {
            for (List<String> row : rows(name, worker, now)) {
              List<String> whole = new ArrayList<>(row.subList(0, PROOF));
              whole.addFirst(node.name().value());
              table.row(cells(whole));
            }
          });
    }
    return table.isEmpty() ? List.of() : table.lines();
  }

  private static StyledLine[] cells(List<String> row) {
    return row.stream().map(StyledLine::of).toArray(StyledLine[]::new);
  }

  private static List<List<String>> rows(String name, WorkerStatus worker, Instant now) {
    if (worker.generations().isEmpty()) {
      return List.of(List.of(name, "-", "-", "-", "-", "-", "-", worker.proof()));
    }
    return worker.generations().stream()
        .map(generation ->
            List.of(
                name,
                Long.toString(generation.number()),
                generation.pid() == 0 ? "-" : Long.toString(generation.pid()),
                generation.phase().wireName(),
                generation.commit().abbreviated(),
                Ages.coarse(Duration.between(generation.startedAt(), now)),
                tasks(generation, now),
                worker.proof()))
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
