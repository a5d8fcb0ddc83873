package dev.pullcord.agent.pass.step;

import static dev.pullcord.protocol.report.StepRecord.Outcome.OK;
import static dev.pullcord.protocol.report.StepRecord.Outcome.RELEASE_FAULT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.Samples;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who looks at a staged release before it is switched to, in which order, and how often. */
class CheckReleaseTest {
  private StepBench bench;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    bench = new StepBench(temp);
  }

  @AfterEach
  void close() throws IOException {
    bench.close();
  }

  private static final CommandSpec GOOD = command("true");

  private static CommandSpec command(String... run) {
    return new CommandSpec(List.of(run), Duration.ofSeconds(5));
  }

  private StepResult check(CommandSpec... checks) throws IOException {
    Release release = bench.release(1, false, "grep=1", "index=1");
    return check(release, checks);
  }

  private StepResult check(Release release, CommandSpec... checks) {
    Goal goal = Samples.goal(1, release.name(), "grep=1", "index=1");
    Manifest manifest = new Manifest(Map.of(), null, List.of(), List.of(checks), Map.of());
    Snapshot snapshot = new Snapshot(goal.commit(), manifest, new TreeMap<>(), Map.of());
    bench.decisions.decide(goal.commit());
    return bench.apply(new Step.Check(), bench.scope(goal, snapshot, PassMode.ADVANCE));
  }

  @Test
  void letsEachKindLookBeforeTheManifestsChecksRun() throws IOException {
    StepResult result = check(GOOD);

    assertThat(result.outcome()).isEqualTo(OK);
    assertThat(bench.done())
        .containsExactly("CHECK worker grep OK", "CHECK worker index OK", "CHECK true OK");
  }

  @Test
  void stopsAtTheFirstThatObjects() throws IOException {
    bench.kind.preflight = StepResult.releaseFault("no such application", 1, "");

    StepResult result = check(GOOD);

    assertThat(result.reason()).isEqualTo("no such application");
    assertThat(bench.done()).containsExactly("CHECK worker grep RELEASE_FAULT");
  }

  @Test
  void blamesTheReleaseForACheckThatFails() throws IOException {
    StepResult result = check(command("sh", "-c", "echo BAD; exit 4"));

    assertThat(result.outcome()).isEqualTo(RELEASE_FAULT);
    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.reason()).contains("exited 4").contains("BAD");
  }

  @Test
  void doesNotLookAgainAtWhatWasFoundGood() throws IOException {
    Release release = bench.release(1, false, "grep=1", "index=1");
    check(release, GOOD);

    check(release, GOOD);

    assertThat(bench.kind.seen).containsExactly("preflight grep", "preflight index");
  }

  @Test
  void looksAgainAfterSomethingWasFoundBad() throws IOException {
    Release release = bench.release(1, false, "grep=1", "index=1");
    bench.kind.preflight = StepResult.environmentFault("the broker is away", "");
    check(release, GOOD);
    bench.kind.preflight = StepResult.ok("");

    assertThat(check(release, GOOD).outcome()).isEqualTo(OK);
  }

  @Test
  void looksAgainAtAReleaseWhoseWorkersTheNodeHasChanged() throws IOException {
    Release release = bench.release(1, false, "grep=1");
    for (String worker : List.of("grep=1", "grep=1.other")) {
      Goal goal = Samples.goal(1, release.name(), worker);
      Manifest manifest = new Manifest(Map.of(), null, List.of(), List.of(GOOD), Map.of());
      Snapshot snapshot = new Snapshot(goal.commit(), manifest, new TreeMap<>(), Map.of());
      bench.decisions.decide(goal.commit());
      bench.apply(new Step.Check(), bench.scope(goal, snapshot, PassMode.ADVANCE));
    }

    assertThat(bench.done()).filteredOn("CHECK true OK"::equals).hasSize(2);
  }
}
