package dev.pullcord.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.plan.Foreseen;
import dev.pullcord.agent.plan.Outlook;
import dev.pullcord.agent.plan.Outlook.Verdict;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.protocol.api.PlanView.Action;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is foreseen is what the next pass then does, with real processes. */
class ForesightTest {
  @TempDir Path temp;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(temp);
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private Outlook foreseen(@Nullable String asked) {
    Foreseen foreseen = rig.agent().foresee(asked);
    assertThat(foreseen).isInstanceOf(Foreseen.Would.class);
    return ((Foreseen.Would) foreseen).outlook();
  }

  private String notForeseen(String asked) {
    return ((Foreseen.Not) rig.agent().foresee(asked)).why();
  }

  private List<Long> generations() {
    return rig.agent().status().workers().values().stream()
        .flatMap(w -> w.generations().stream())
        .map(GenerationStatus::number)
        .toList();
  }

  /** Decides, foresees, passes; the words of the plan beside those of the transcript. */
  private Outlook comesTrue(CommitId commit) {
    rig.decisions.decide(commit);
    Outlook before = foreseen(null);
    int said = rig.reports.steps().size();

    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);

    List<String> done =
        rig.reports.steps().stream()
            .skip(said)
            .map(ForesightTest::word)
            .filter(w -> w != null)
            .toList();
    List<String> foretold = before.steps().stream().map(ForesightTest::word).toList();
    assertThat(done).isEqualTo(foretold);
    return before;
  }

  private static @Nullable String word(StepRecord step) {
    return switch (step.kind()) {
      case STAGE -> "stage";
      case CHECK -> "check";
      case DRAIN -> "drain";
      case START -> "start";
      case SWITCH -> "switch";
      case HEALTH -> "health";
      default -> null;
    };
  }

  private static String word(String step) {
    return switch (step.split(" ")[0]) {
      case "stage" -> "stage";
      case "prepare" -> "check";
      case "drain" -> "drain";
      case "start" -> "start";
      case "switch", "hand" -> "switch";
      case "wait" -> "health";
      default -> throw new AssertionError(step);
    };
  }

  @Test
  void aFirstDeploymentStarts() {
    Outlook plan = comesTrue(rig.first());

    assertThat(plan.verdict()).isEqualTo(Verdict.APPLIED);
    assertThat(plan.workers())
        .isEqualTo(Map.of("grep", new Outlook.Touched(Action.START, List.of())));
    assertThat(plan.check()).containsExactly("bin/check");
    assertThat(plan.bundles()).contains("search", "tasks");
    assertThat(generations()).containsExactly(1L);
  }

  @Test
  void aRestartEndsTheOldGenerationFirst() {
    rig.push(rig.first());
    rig.prepare = List.of(new CommandSpec(List.of("sh", "-c", "true"), Duration.ofSeconds(5)));

    Outlook plan = foreseen(rig.commit("tasks/task", "another\n").value());

    assertThat(plan.workers())
        .isEqualTo(Map.of("grep", new Outlook.Touched(Action.RESTART, List.of(1L))));
    assertThat(plan.prepare()).containsExactly("sh -c true");
    assertThat(plan.would()).endsWith(": restart grep");
    rig.prepare = List.of();
    comesTrue(rig.commit("tasks/task", "another\n"));
    assertThat(generations()).containsExactly(2L);
  }

  @Test
  void anOverlapHandsOver() {
    rig.restart = WorkerSpec.Restart.OVERLAP;
    rig.push(rig.first());

    Outlook plan = comesTrue(rig.commit("tasks/task", "another\n"));

    assertThat(plan.workers())
        .isEqualTo(Map.of("grep", new Outlook.Touched(Action.HAND_OVER, List.of(1L))));
    assertThat(plan.bundles()).containsExactly("tasks");
    assertThat(generations()).first().isEqualTo(2L);
  }

  @Test
  void aSearchOnlyCommitTouchesNoWorkerAndAReadmeNothing() {
    rig.push(rig.first());

    Outlook search = comesTrue(rig.commit("search/one", "another\n"));
    assertThat(search.workers()).isEmpty();
    assertThat(search.bundles()).containsExactly("search");
    assertThat(search.would()).endsWith("touching no worker");

    CommitId readme = rig.commit(Map.of("search/one", "another\n", "README", "new\n"));
    assertThat(foreseen(readme.value().substring(0, 7)).verdict()).isEqualTo(Verdict.NOTED);
    assertThat(generations()).containsExactly(1L);
    assertThat(foreseen(null).verdict()).isEqualTo(Verdict.NOTHING);
  }

  @Test
  void aWorkerThatTheCommitDoesNotHaveIsStopped() {
    rig.push(rig.source.commit(rig.twoWorkers(), rig.files()));

    Outlook plan = comesTrue(rig.first());

    assertThat(plan.workers())
        .isEqualTo(Map.of("index", new Outlook.Touched(Action.STOP, List.of(2L))));
  }

  @Test
  void aCommitInQuarantineIsLeftAlone() {
    rig.push(rig.first());
    CommitId bad = rig.commit("search/one", "BAD\n");
    rig.push(bad);

    Outlook plan = foreseen(null);

    assertThat(plan.verdict()).isEqualTo(Verdict.LEFT_ALONE);
    assertThat(plan.reason()).contains("bin/check");
  }

  @Test
  void whatIsNotHereOrIsRefusedOrBlockedIsSaidWithWhatToDo() {
    assertThat(rig.agent().foresee(null)).isInstanceOf(Foreseen.Not.class);
    rig.push(rig.first());

    assertThat(notForeseen("staging")).contains("neither this node's ref, main,", "pullcord plan");
    assertThat(notForeseen("abcdef1")).contains("abcdef1").doesNotContain("COMMIT_MISSING");
    CommitId refused = rig.source.refused("VALUE  pullcord.yaml:2:10  no");
    assertThat(notForeseen(refused.value())).contains("pullcord.yaml:2:10");
    rig.envFile = "/etc/not-allowed.env";
    Outlook blocked = foreseen(rig.commit("tasks/task", "x\n").value());
    assertThat(blocked.verdict()).isEqualTo(Verdict.BLOCKED);
    assertThat(blocked.reason()).contains("agent.yaml does not allow env-file");
  }

  @Test
  void foreseeingWritesNothing() throws IOException {
    Path variables = Files.writeString(temp.resolve("grep.env"), "A=b\n");
    rig.push(rig.first());
    rig.envFiles = List.of(variables.toString());
    rig.end();
    rig.envFile = variables.toString();
    CommitId next = rig.commit("tasks/task", "x\n");
    rig.pass();
    FileTime journal = Files.getLastModifiedTime(rig.home.resolve("journal"));

    assertThat(foreseen(next.value()).workers()).containsOnlyKeys("grep");

    assertThat(Files.getLastModifiedTime(rig.home.resolve("journal"))).isEqualTo(journal);
    assertThat(rig.home.resolve("identity.key")).doesNotExist();
    assertThat(Objects.requireNonNull(rig.home.resolve("tmp").toFile().list())).isEmpty();
  }
}
