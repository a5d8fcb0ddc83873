package dev.pullcord.server.dashboard;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.StepRecord.Kind;
import dev.pullcord.protocol.report.StepRecord.Outcome;
import dev.pullcord.protocol.report.UnderWay;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassTest {
  private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");

  private static StepRecord step(
      long pass, int index, Kind kind, Outcome outcome, long at, long took) {
    return step(pass, index, kind, outcome, at, took, null, "");
  }

  private static StepRecord step(
      long pass,
      int index,
      Kind kind,
      Outcome outcome,
      long at,
      long took,
      @Nullable Integer exitCode,
      String output) {
    return new StepRecord(
        pass, index, commit(1), kind, "x", outcome, T.plusMillis(at), took, exitCode, output);
  }

  private static StepRecord ok(long pass, int index, long at, long took) {
    return step(pass, index, Kind.STAGE, Outcome.OK, at, took);
  }

  private static Pass one(StepRecord... steps) {
    List<Pass> passes = Pass.of(List.of(steps));
    assertThat(passes).hasSize(1);
    return passes.getFirst();
  }

  @Test
  void theNewestPassComesFirstWithItsStepsInOrder() {
    List<Pass> passes = Pass.of(List.of(ok(3, 0, 0, 10), ok(4, 0, 50, 10), ok(3, 1, 10, 10)));
    assertThat(passes).extracting(Pass::number).containsExactly(4L, 3L);
    assertThat(passes.getLast().lines()).hasSize(2);
    assertThat(passes.getLast().took()).isEqualTo("0.02s");
  }

  @Test
  void neighboursThatDidTheSameAndDidItWellAreOneLine() {
    List<Pass> passes =
        Pass.of(
            List.of(
                ok(1, 0, 0, 10),
                ok(2, 0, 20, 10),
                step(3, 0, Kind.STAGE, Outcome.RELEASE_FAULT, 40, 10),
                step(4, 0, Kind.STAGE, Outcome.RELEASE_FAULT, 60, 10),
                ok(5, 0, 80, 10),
                step(5, 1, Kind.CHECK, Outcome.OK, 90, 10)));
    assertThat(Pass.folded(passes))
        .extracting(group -> group.stream().map(Pass::number).toList())
        .containsExactly(List.of(5L), List.of(4L), List.of(3L), List.of(2L, 1L));
    assertThat(passes.getLast().gist()).isEqualTo("stage x");
    assertThat(passes.getFirst().gist()).isEqualTo("stage x, check x");
  }

  @Test
  void stepsLieWhereTheyWereInTheWholeOfThePass() {
    Pass pass = one(ok(1, 0, 0, 250), ok(1, 1, 250, 750));
    assertThat(pass.lines().get(0).x()).isZero();
    assertThat(pass.lines().get(0).width()).isEqualTo(25);
    assertThat(pass.lines().get(1).x()).isEqualTo(25);
    assertThat(pass.lines().get(1).width()).isEqualTo(75);
  }

  @Test
  void aStepThatTookNoTimeIsStillSeenAndNothingLiesOutside() {
    Pass pass = one(ok(1, 0, 0, 100_000), ok(1, 1, 100_000, 0));
    Pass.Line last = pass.lines().getLast();
    assertThat(last.width()).isPositive();
    assertThat(last.x() + last.width()).isLessThanOrEqualTo(100);
  }

  @Test
  void aClockThatWasSetBackMakesNoNegativePlace() {
    Pass pass = one(ok(1, 0, 0, 100), ok(1, 1, -5000, 100));
    assertThat(pass.lines()).allSatisfy(l -> assertThat(l.x()).isBetween(0.0, 100.0));
  }

  @ParameterizedTest
  @CsvSource({
    "CHECK, OK, ok, o-ok, ✓",
    "CHECK, RELEASE_FAULT, the release is at fault, o-release-fault, ✗",
    "FETCH, ENVIRONMENT_FAULT, the environment is at fault; tried again, o-environment-fault, ✗",
    "FETCH, ABANDONED, something newer came first, o-abandoned, ‖",
    "DRAIN, ABANDONED, 'cut short, not drained', o-abandoned, ‖",
  })
  void anOutcomeHasItsWordsItsClassAndThePassItsSign(
      Kind kind, Outcome outcome, String result, String css, String sign) {
    Pass pass = one(step(1, 0, kind, outcome, 0, 5));
    assertThat(pass.lines().getFirst().result()).isEqualTo(result);
    assertThat(pass.lines().getFirst().outcome()).isEqualTo(css);
    assertThat(pass.sign()).isEqualTo(sign);
  }

  @Test
  void aFailureOutweighsWhatWasCutShort() {
    Pass pass =
        one(
            step(1, 0, Kind.DRAIN, Outcome.ABANDONED, 0, 5),
            step(1, 1, Kind.CHECK, Outcome.RELEASE_FAULT, 5, 5, 3, "no such pattern"));
    assertThat(pass.sign()).isEqualTo("✗");
    assertThat(pass.lines().getLast().result()).endsWith("(exit code 3)");
    assertThat(pass.lines().getLast().output()).isEqualTo("no such pattern");
  }

  @Test
  void ofLongOutputTheEndIsShown() {
    String output = "begin" + "x".repeat(20_000) + "the cause";
    String shown =
        one(step(1, 0, Kind.CHECK, Outcome.RELEASE_FAULT, 0, 5, 1, output))
            .lines()
            .getFirst()
            .output();
    assertThat(shown).startsWith("…").endsWith("the cause").hasSizeLessThan(17_000);
  }

  private static UnderWay underWay(long pass, int index, List<StepRecord> before) {
    return new UnderWay(
        pass, index, commit(1), Kind.PREPARE, "pip", T.plusMillis(100), 400, "half", before);
  }

  @Test
  void aStepUnderWayEndsItsPassAndIsNoResultYet() {
    Instant now = T.plusSeconds(60);
    List<Pass> passes = Pass.of(List.of(ok(1, 0, 0, 100)), underWay(1, 1, List.of()), now);
    Pass pass = passes.getFirst();
    Pass.Line last = pass.lines().getLast();
    assertThat(pass.running()).isTrue();
    assertThat(pass.sign()).isEqualTo("▸");
    assertThat(last.result()).isEqualTo("under way");
    assertThat(last.output()).isEqualTo("half");
    assertThat(last.since())
        .as("by the server's clock, whatever the agent's says")
        .isEqualTo(new Moment(now.minusMillis(400)));
  }

  @Test
  void onlyThePassOfTheStepUnderWayRuns() {
    List<Pass> passes = Pass.of(List.of(ok(1, 0, 0, 100)), underWay(2, 0, List.of()), T);
    assertThat(passes).extracting(Pass::running).containsExactly(true, false);
  }

  @Test
  void stepsThatNoReportHasCarriedYetAreShownBeforeIt() {
    List<Pass> passes =
        Pass.of(List.of(), underWay(1, 1, List.of(ok(1, 0, 0, 100))), T.plusSeconds(1));
    assertThat(passes.getFirst().lines())
        .extracting(Pass.Line::kind)
        .containsExactly("stage", "prepare");
  }
}
