package dev.pullcord.server.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.server.FakeCommits;
import dev.pullcord.server.refusal.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerOrdersTest {
  private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");
  private static final NodeName NODE = new NodeName("a");
  private static final Set<String> KNOWN = Set.of("grep", "beat");
  private static final Orders.Stop STOP = new Orders.Stop("ada", "full disk", T);
  private static final Orders.Kill KILL = new Orders.Kill("ada", "hangs", T);

  private static Orders after(Orders before, String worker, WorkerAct act) {
    return WorkerOrders.after(
        before, new WorkerOrders.Order(worker, act, "ada", "full disk", T), NODE, KNOWN);
  }

  private static Refusal refused(Runnable order) {
    return Objects.requireNonNull(catchThrowableOfType(Refusal.class, order::run));
  }

  @Test
  void eachOrderCountsAndARestartHasItsNumber() {
    Orders stopped = after(Orders.NONE, "grep", WorkerAct.STOP);
    Orders restarted = after(stopped, "beat", WorkerAct.RESTART);
    Orders started = after(restarted, "grep", WorkerAct.START);

    assertThat(stopped).isEqualTo(new Orders(1, Map.of("grep", STOP), Map.of(), Map.of()));
    assertThat(restarted)
        .isEqualTo(new Orders(2, Map.of("grep", STOP), Map.of("beat", 2L), Map.of()));
    assertThat(started).isEqualTo(new Orders(3, Map.of(), Map.of("beat", 2L), Map.of()));
  }

  @Test
  void aWorkerThatIsStoppedIsNotRestartedAndOneThatRunsIsNotStarted() {
    Orders stopped = after(Orders.NONE, "grep", WorkerAct.STOP);
    Refusal restart = refused(() -> after(stopped, "grep", WorkerAct.RESTART));
    assertThat(restart.code()).isEqualTo("WORKER_STOPPED");
    assertThat(restart.getMessage()).contains("pullcord worker start a --worker grep");
    assertThat(refused(() -> after(stopped, "beat", WorkerAct.START)).code())
        .isEqualTo("WORKER_NOT_STOPPED");
  }

  @Test
  void aWorkerThatIsNotThereIsRefusedWithThoseThatAre() {
    Refusal refusal = refused(() -> after(Orders.NONE, "gerp", WorkerAct.STOP));
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.NOT_FOUND);
    assertThat(refusal.getMessage()).isEqualTo("a has no worker \"gerp\"; it has beat, grep");
  }

  @Test
  void aStoppedWorkerThatTheManifestLostCanStillBeStarted() {
    Orders before = new Orders(5, Map.of("old", STOP), Map.of(), Map.of());
    assertThat(after(before, "old", WorkerAct.START).stopped()).isEmpty();
  }

  @Test
  void restartsOfWorkersThatAreGoneAreForgotten() {
    Orders before = new Orders(5, Map.of(), Map.of("old", 4L, "beat", 5L), Map.of());
    assertThat(after(before, "grep", WorkerAct.RESTART).restarts())
        .isEqualTo(Map.of("beat", 5L, "grep", 6L));
  }

  private static WorkerStatus worker(long number, GenerationPhase phase, long pid) {
    return new WorkerStatus(
        "ab".repeat(32),
        "proof",
        List.of(new GenerationStatus(number, pid, T, FakeCommits.commit(1), phase, null, null)));
  }

  @ParameterizedTest
  @CsvSource({
    "CONSUMING, 7, true",
    "DRAINING, 7, true",
    "STARTING, 7, false",
    "READY, 7, false",
    "EXITED, 7, false",
    "CONSUMING, 0, false",
  })
  void onlyWhatWorksOrDrainsAndHasAProcessIsKilled(
      GenerationPhase phase, long pid, boolean killed) {
    List<WorkerStatus> workers = List.of(worker(4, phase, pid));
    if (killed) {
      assertThat(WorkerOrders.killing(Orders.NONE, 4, KILL, NODE, workers))
          .isEqualTo(new Orders(1, Map.of(), Map.of(), Map.of(4L, KILL)));
    } else {
      assertThat(refused(() -> WorkerOrders.killing(Orders.NONE, 4, KILL, NODE, workers)).code())
          .isEqualTo("GENERATION_PHASE");
    }
  }

  @Test
  void aGenerationThatIsNotThereIsRefusedWithThoseThatAre() {
    List<WorkerStatus> workers = List.of(worker(4, GenerationPhase.DRAINING, 7));
    assertThat(
            refused(() -> WorkerOrders.killing(Orders.NONE, 9, KILL, NODE, workers)).getMessage())
        .isEqualTo("a has no generation 9; it has 4 (draining)");
  }

  @Test
  void killsOfGenerationsThatAreGoneAreForgotten() {
    Orders before = new Orders(3, Map.of(), Map.of(), Map.of(2L, KILL));
    List<WorkerStatus> workers = List.of(worker(4, GenerationPhase.DRAINING, 7));
    assertThat(WorkerOrders.killing(before, 4, KILL, NODE, workers).kills())
        .isEqualTo(Map.of(4L, KILL));
  }
}
