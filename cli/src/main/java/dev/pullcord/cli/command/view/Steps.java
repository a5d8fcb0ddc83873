package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.Line;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.StepRecord.Outcome;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A transcript: a line per step, and what it printed, indented. */
public final class Steps {
  private Steps() {}

  /** The steps in order; a new pass is set apart. */
  public static List<Line> lines(List<StepRecord> steps, Signs signs) {
    List<Line> lines = new ArrayList<>();
    long pass = steps.isEmpty() ? 0 : steps.getFirst().pass();
    for (StepRecord step : steps) {
      if (step.pass() != pass) {
        pass = step.pass();
        lines.add(Line.of(Style.FAINT, "  tried again (pass " + pass + ")"));
      }
      lines.add(line(step, signs));
      step.output()
          .stripTrailing()
          .lines()
          .forEach(output -> lines.add(Line.of(Style.FAINT, "      " + output)));
    }
    return lines;
  }

  private static Line line(StepRecord step, Signs signs) {
    boolean ok = step.outcome() == Outcome.OK;
    Line line =
        Line.of("  ")
            .add(signs.of(ok))
            .add(" " + step.kind().name().toLowerCase(Locale.ROOT))
            .add(step.subject().isEmpty() ? "" : " " + step.subject())
            .add(Style.FAINT, "  " + Durations.human(Duration.ofMillis(step.tookMillis())));
    if (!ok) {
      String outcome = step.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      line = line.add(Style.BAD, "  " + outcome);
    }
    Integer exitCode = step.exitCode();
    return exitCode == null || exitCode == 0 ? line : line.add(Style.BAD, "  exit " + exitCode);
  }
}
