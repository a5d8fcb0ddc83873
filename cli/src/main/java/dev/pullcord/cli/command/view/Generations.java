package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.Tasks;
import dev.pullcord.protocol.report.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/** A node's workers: a line for each generation that lives. */
public final class Generations {
  private Generations() {}

  /** The lines, with a heading; none when the node has no worker. */
  public static List<StyledLine> lines(Map<String, WorkerStatus> workers, Instant now) {
    Table table =
        new Table("WORKER", "GENERATION", "PID", "PHASE", "COMMIT", "AGE", "TASKS", "PROOF");
    workers.forEach((name, worker) -> {
      if (worker.generations().isEmpty()) {
        StyledLine none = StyledLine.of("-");
        table.row(
            StyledLine.of(name), none, none, none, none, none, none, StyledLine.of(worker.proof()));
      }
      for (GenerationStatus generation : worker.generations()) {
        table.row(
            StyledLine.of(name),
            StyledLine.of(Long.toString(generation.number())),
            StyledLine.of(generation.pid() == 0 ? "-" : Long.toString(generation.pid())),
            StyledLine.of(generation.phase().wireName()),
            StyledLine.of(generation.commit().abbreviated()),
            StyledLine.of(Ages.coarse(Duration.between(generation.startedAt(), now))),
            StyledLine.of(tasks(generation, now)),
            StyledLine.of(worker.proof()));
      }
    });
    return table.isEmpty() ? List.of() : table.lines();
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
