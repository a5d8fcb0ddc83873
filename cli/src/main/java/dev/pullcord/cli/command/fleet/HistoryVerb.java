package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.NodeArgument;
import dev.pullcord.cli.mixin.PastMoments;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.report.StepRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pullcord history NODE}: what ran on it, when, and by which decision. */
@Command(name = "history", description = "What ran on a node, when, and by which decision.")
public final class HistoryVerb extends Verb {
  private static final int LIMIT_MAX = 500;

  @Mixin NodeArgument node = new NodeArgument();

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "What ran at that time: 03:12, yesterday 03:12, 2026-01-31 03:12, 2026-01-31T03:12:00Z,"
              + " or 2h for two hours ago.")
  @Nullable String at;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "How many at most, 1 to 500; default: ${DEFAULT-VALUE}.")
  int limit = 20;

  /** The verb. */
  public HistoryVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    if (limit < 1 || limit > LIMIT_MAX) {
      throw Failure.usage("--limit " + limit + ": 1 to " + LIMIT_MAX + " expected");
    }
    Instant moment = at == null ? null : moment(at);
    HistoryView history = Replies.need(context.server().history(node.name(), moment, limit));
    if (history.runs().isEmpty()) {
      return View.of(history, nothing(history));
    }
    return View.of(
        history,
        () -> moment == null ? table(history) : one(history, history.runs().getFirst(), moment));
  }

  /** Relative to the server's clock, which an answer shows: its history goes by that. */
  private Instant moment(String text) {
    PastMoments.check("--at", text, context.now(), zone());
    Replies.need(context.server().whoami());
    return PastMoments.parse("--at", text, context.now(), zone());
  }

  private ZoneId zone() {
    return context.host().clock().zone();
  }

  private String nothing(HistoryView history) {
    Instant earliest = history.earliest();
    return earliest == null
        ? history.node() + " has not said yet what it runs"
        : "what " + history.node() + " ran is known since " + shown(earliest) + ", and not before";
  }

  private List<StyledLine> table(HistoryView history) {
    Table table = new Table("FROM", "FOR", "COMMIT", "REF", "BY");
    for (HistoryView.Run run : history.runs()) {
      table.row(
          StyledLine.of(shown(run.from())),
          StyledLine.of(lasted(run)),
          StyledLine.of(commit(run)),
          StyledLine.of(run.ref() == null ? "-" : run.ref()),
          StyledLine.of(by(run)));
    }
    return table.lines();
  }

  private List<StyledLine> one(HistoryView history, HistoryView.Run run, Instant moment) {
    List<StyledLine> lines = new ArrayList<>();
    lines.add(
        StyledLine.of(Style.STRONG, history.node().value())
            .add("  at " + shown(moment) + ", " + Ages.ago(moment, context.now())));
    String until = run.until() == null ? "" : " until " + shown(run.until());
    lines.add(fact("ran", commit(run) + (run.ref() == null ? "" : " of " + run.ref())));
    lines.add(fact("since", shown(run.from()) + until + " (" + lasted(run) + ")"));
    lines.add(fact("by", by(run)));
    HistoryView.Decision decision = run.decision();
    if (decision != null) {
      lines.add(fact("decided", shown(decision.at())));
    }
    for (HistoryView.Worker worker : run.workers()) {
      lines.add(
          fact(
              "worker",
              "%s  generation %d of %s, started %s"
                  .formatted(
                      worker.worker(),
                      worker.generation(),
                      worker.commit().abbreviated(),
                      shown(worker.startedAt()))));
    }
    run.passes().forEach(pass -> lines.add(pass(pass)));
    return lines;
  }

  private StyledLine pass(HistoryView.Pass pass) {
    boolean well = pass.outcome() == StepRecord.Outcome.OK;
    String steps =
        pass.steps().stream()
            .map(step -> step.kind().name().toLowerCase(Locale.ROOT))
            .distinct()
            .collect(Collectors.joining(", "));
    String line =
        "%d  %s  %s  %s: %s (%s)"
            .formatted(
                pass.number(),
                shown(pass.from()),
                pass.commit().abbreviated(),
                word(pass.outcome()),
                steps,
                Ages.coarse(Duration.between(pass.from(), pass.until())));
    return StyledLine.of(Style.FAINT, "%-8s".formatted("pass"))
        .add(" ")
        .add(well ? StyledLine.of(line) : StyledLine.of(Style.BAD, line));
  }

  private static String word(StepRecord.Outcome outcome) {
    return switch (outcome) {
      case OK -> "ok";
      case RELEASE_FAULT, ENVIRONMENT_FAULT -> "failed";
      case ABANDONED -> "cut short";
    };
  }

  private static StyledLine fact(String label, String text) {
    return StyledLine.of(Style.FAINT, "%-8s".formatted(label)).add(" " + text);
  }

  private static String commit(HistoryView.Run run) {
    return run.commit() == null ? "nothing" : run.commit().abbreviated();
  }

  private String by(HistoryView.Run run) {
    HistoryView.Decision decision = run.decision();
    if (decision == null) {
      return "a decision that this server does not know";
    }
    return decision.kind()
        + (decision.by() == null ? "" : " by " + decision.by())
        + (decision.deployment() == null ? "" : ", deployment " + decision.deployment())
        + (decision.until() == null ? "" : ", until " + shown(decision.until()))
        + (decision.reason() == null ? "" : ": " + decision.reason());
  }

  private String lasted(HistoryView.Run run) {
    Instant until = run.until() == null ? context.now() : run.until();
    return Ages.coarse(Duration.between(run.from(), until));
  }

  private String shown(Instant at) {
    return PastMoments.shown(at, zone());
  }
}
