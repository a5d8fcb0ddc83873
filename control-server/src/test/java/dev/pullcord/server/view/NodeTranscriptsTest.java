package dev.pullcord.server.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTranscriptsTest {
  private static final NodeName A = new NodeName("a");

  @TempDir Path directory;
  private TestFleet fleet;
  private NodeTranscripts transcripts;

  @BeforeEach
  void start() {
    fleet = new TestFleet(directory);
    transcripts = new NodeTranscripts(fleet.model, fleet.store);
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    fleet.join("a");
    fleet.start("a");
  }

  @AfterEach
  void stop() {
    fleet.close();
  }

  private static Said staged(Said said) {
    return said.step(StepRecord.Kind.STAGE, StepRecord.Outcome.OK, "");
  }

  private Said checking() {
    return Said.by(fleet, "a").underWay(StepRecord.Kind.CHECK, "./check", 2000, "half");
  }

  private DeploymentView.Transcript transcript() {
    return transcripts.of(fleet.deployment("a"), A).orElseThrow();
  }

  @Test
  void theStepsThatHaveEndedComeFromTheStore() {
    fleet.report("a", staged(Said.by(fleet, "a")).next());
    assertThat(transcript().steps())
        .extracting(StepRecord::kind)
        .containsExactly(StepRecord.Kind.STAGE);
    assertThat(transcript().underWay()).isNull();
    assertThat(transcripts.last(A, 5)).hasSize(1);
    assertThat(transcripts.last(A, 5).getFirst().deployment()).isEqualTo(fleet.deployment("a"));
  }

  @Test
  void theStepUnderWayIsOlderEachTimeItIsAskedFor() {
    fleet.report("a", checking().next());
    fleet.clock.advance(Duration.ofSeconds(3));
    UnderWay step = transcripts.underWay(A).orElseThrow();
    assertThat(step.forMillis()).isEqualTo(5000);
    assertThat(step.output()).isEqualTo("half");
    assertThat(transcript().underWay()).isEqualTo(step);
  }

  @Test
  void aStepIsNotToldTwiceWhenAReportHasCarriedIt() {
    fleet.report(
        "a", staged(Said.by(fleet, "a")).underWay(StepRecord.Kind.CHECK, "", 1, "").next());
    UnderWay before = Objects.requireNonNull(transcript().underWay());
    assertThat(before.done()).as("carried with the step under way").hasSize(1);

    Said report = Said.by(fleet, "a");
    StepRecord carried = before.done().getFirst();
    fleet.store.write(tables -> {
      tables
          .reports()
          .addSteps(
              fleet.record("a").id(),
              report.next().number(),
              fleet.deployment("a"),
              List.of(carried));
      return 0;
    });
    assertThat(Objects.requireNonNull(transcript().underWay()).done()).isEmpty();
    assertThat(transcripts.underWay(A).orElseThrow().done()).isEmpty();
    assertThat(transcript().steps()).containsExactly(carried);
  }

  @Test
  void anotherDeploymentHasNoStepUnderWay() {
    long first = fleet.deployment("a");
    fleet.commits.push("main", 2);
    fleet.deployments.reconcile();
    fleet.report("a", checking().next());
    assertThat(transcripts.of(first, A).orElseThrow().underWay()).isNull();
    assertThat(transcript().underWay()).isNotNull();
  }

  @Test
  void aNodeThatIsOfflineIsInNoStep() {
    fleet.report("a", checking().next());
    fleet.advance(Duration.ofSeconds(46));
    assertThat(transcripts.underWay(A)).isEmpty();
  }

  @Test
  void whoIsNotThereDidNothing() {
    assertThat(transcripts.of(fleet.deployment("a"), new NodeName("b"))).isEmpty();
    assertThat(transcripts.of(99, A)).isEmpty();
    assertThat(transcripts.last(new NodeName("b"), 5)).isEmpty();
    assertThat(transcripts.underWay(new NodeName("b"))).isEmpty();
  }
}
