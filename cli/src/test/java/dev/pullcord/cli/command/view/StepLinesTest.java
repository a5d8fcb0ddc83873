package dev.pullcord.cli.command.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.PlainText;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.protocol.api.DeploymentView.Transcript;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.StepRecord.Kind;
import dev.pullcord.protocol.report.StepRecord.Outcome;
import dev.pullcord.protocol.report.UnderWay;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StepLinesTest {
  private static StepRecord step(
      long pass, Kind kind, Outcome outcome, @Nullable Integer exitCode, String output) {
    return new StepRecord(
        pass, 0, FakeFleet.HEAD, kind, "", outcome, FakeFleet.NOW, 1500, exitCode, output);
  }

  private static List<String> shown(@Nullable UnderWay underWay, StepRecord... steps) {
    Transcript transcript = new Transcript(1, new NodeName("a"), List.of(steps), underWay);
    return PlainText.of(StepLines.of(transcript, Signs.ASCII));
  }

  @Test
  void eachOutcomeHasASignAndWords() {
    assertThat(
            shown(
                null,
                step(1, Kind.STAGE, Outcome.OK, null, ""),
                step(1, Kind.PREPARE, Outcome.OK, 0, "made\n"),
                step(1, Kind.CHECK, Outcome.RELEASE_FAULT, 3, "one\ntwo\n\n"),
                step(1, Kind.DRAIN, Outcome.ABANDONED, null, ""),
                step(1, Kind.HEALTH, Outcome.ABANDONED, null, "")))
        .containsExactly(
            "  + stage  1.5s",
            "  + prepare  1.5s",
            "      made",
            "  x check  1.5s  release fault  exit 3",
            "      one",
            "      two",
            "  = drain  1.5s  cut short, not drained",
            "  = health  1.5s  abandoned");
  }

  @Test
  void aNewPassIsSetApart() {
    assertThat(
            shown(
                null,
                step(4, Kind.CHECK, Outcome.ENVIRONMENT_FAULT, null, ""),
                step(5, Kind.CHECK, Outcome.OK, null, "")))
        .containsExactly(
            "  x check  1.5s  environment fault", "  tried again (pass 5)", "  + check  1.5s");
  }

  @Test
  void theStepThatIsUnderWayComesLastWithWhatWasDoneBeforeIt() {
    StepRecord staged = step(6, Kind.STAGE, Outcome.OK, null, "");
    UnderWay running =
        new UnderWay(
            6,
            1,
            FakeFleet.HEAD,
            Kind.PREPARE,
            "venv",
            FakeFleet.NOW,
            90_000,
            "line\n",
            List.of(staged));
    assertThat(shown(running))
        .containsExactly("  + stage  1.5s", "  ~ prepare venv  running since 1m 30s", "      line");
  }
}
