package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.DeploymentView.Transcript;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.Severity;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A transcript: a line per step, and what it printed, indented. */
public final class StepLines {
  private StepLines() {}

  /** The steps in order, and at their end the one that is under way, with its output so far. */
  public static List<StyledLine> of(Transcript transcript, Signs signs) {
    List<StyledLine> lines = lines(transcript.steps(), signs);
    UnderWay step = transcript.underWay();
    if (step != null) {
      lines.addAll(underWay(step, signs));
    }
    return lines;
  }

  /** The steps in order; a new pass is set apart. */
  private static List<StyledLine> lines(List<StepRecord> steps, Signs signs) {
    List<StyledLine> lines = new ArrayList<>();
    long pass = steps.isEmpty() ? 0 : steps.getFirst().pass();
    for (StepRecord step : steps) {
      if (step.pass() != pass) {
        pass = step.pass();
        lines.add(StyledLine.of(Style.FAINT, "  tried again (pass " + pass + ")"));
      }
      lines.add(line(step, signs));
      output(step.output(), lines);
    }
    return lines;
  }

  private static List<StyledLine> underWay(UnderWay step, Signs signs) {
    List<StyledLine> lines = new ArrayList<>(lines(step.done(), signs));
    lines.add(
        StyledLine.of("  ")
            .add(signs.of(NodeState.APPLYING))
            .add(" " + step.kind().name().toLowerCase(Locale.ROOT))
            .add(step.subject().isEmpty() ? "" : " " + step.subject())
            .add(Style.BUSY, "  running since " + human(step.forMillis())));
    output(step.output(), lines);
    return lines;
  }

  private static String human(long millis) {
    return Durations.human(Duration.ofMillis(millis));
  }

  private static void output(String output, List<StyledLine> lines) {
    output
        .stripTrailing()
        .lines()
        .forEach(line -> lines.add(StyledLine.quoted(Style.FAINT, "      " + line)));
  }

  private static String word(StepRecord step) {
    return step.outcome() == StepRecord.Outcome.ABANDONED && step.kind() == StepRecord.Kind.DRAIN
        ? "cut short, not drained"
        : step.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static StyledLine line(StepRecord step, Signs signs) {
    boolean ok = step.outcome() == StepRecord.Outcome.OK;
    boolean cut = step.outcome() == StepRecord.Outcome.ABANDONED;
    StyledLine line =
        StyledLine.of("  ")
            .add(signs.of(cut ? Severity.HELD : ok ? Severity.GOOD : Severity.TROUBLE))
            .add(" " + step.kind().name().toLowerCase(Locale.ROOT))
            .add(step.subject().isEmpty() ? "" : " " + step.subject())
            .add(Style.FAINT, "  " + human(step.tookMillis()));
    if (!ok) {
      line = line.add(cut ? Style.PLAIN : Style.BAD, "  " + word(step));
    }
    Integer exitCode = step.exitCode();
    return exitCode == null || exitCode == 0 ? line : line.add(Style.BAD, "  exit " + exitCode);
  }
}
