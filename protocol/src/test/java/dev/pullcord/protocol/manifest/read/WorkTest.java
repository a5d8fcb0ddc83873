package dev.pullcord.protocol.manifest.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.manifest.CelerySpec;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.CommandsSpec;
import dev.pullcord.protocol.manifest.HealthCheck;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkReader;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A kind of worker is kept as it was read, and none is without its reader. */
class WorkTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final CommandSpec COMMAND =
      new CommandSpec(List.of("bin/it"), Duration.ofSeconds(5));

  static Stream<Work> kinds() {
    return Stream.of(
        new Work.Process(List.of("bin/grep", "-v")),
        new Work.Celery(
            new CelerySpec("tasks.app", List.of("grep"), List.of(), null),
            List.of("celeryd.service")),
        new Work.Scripted(new CommandsSpec(COMMAND, COMMAND, COMMAND)),
        new Work.Unit("grep.service"));
  }

  private static WorkerSpec worker(Work work) {
    return new WorkerSpec(
        "grep", work, Map.of("A", "b"), null, WorkerSpec.Restart.STOP_START, null, null, null);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void comesBackFromAJournalAsItWas(Work work) throws Exception {
    WorkerSpec worker = worker(work);

    assertThat(PullcordJson.read(PullcordJson.write(worker), WorkerSpec.class)).isEqualTo(worker);
  }

  static Stream<HealthCheck> checks() {
    return Stream.of(
        new HealthCheck.Run(COMMAND),
        new HealthCheck.Http("https://127.0.0.1/a", 204, "{commit}", SECOND),
        new HealthCheck.Http("http://[::1]:80", null, null, SECOND),
        new HealthCheck.Tcp("localhost", 80, SECOND),
        new HealthCheck.OwnProof());
  }

  @ParameterizedTest
  @MethodSource("checks")
  void itsHealthComesBackFromAJournalAsItWas(HealthCheck check) throws Exception {
    HealthSpec health = new HealthSpec(check, SECOND, 2, Duration.ofMinutes(1));

    assertThat(PullcordJson.read(PullcordJson.write(health), HealthSpec.class)).isEqualTo(health);
  }

  @Test
  void healthIsKeptAsJournalsHaveKeptItWhenThereWereOnlyCommands() throws Exception {
    String old =
        """
        {"command":{"run":["bin/it"],"timeout":"PT5S"},"every":"PT1S","times":2,"deadline":"PT1M"}
        """;

    assertThat(PullcordJson.read(old, HealthSpec.class))
        .isEqualTo(new HealthSpec(new HealthCheck.Run(COMMAND), SECOND, 2, Duration.ofMinutes(1)));
  }

  @Test
  void isKeptAsJournalsHaveKeptItBeforeThereWereKindsAsTypes() throws Exception {
    String old =
        """
        {"name":"grep","kind":"SYSTEMD","run":["grep.service"],"env":{"A":"b"},
         "restart":"STOP_START"}
        """;

    assertThat(PullcordJson.read(old.getBytes(StandardCharsets.UTF_8), WorkerSpec.class))
        .isEqualTo(worker(new Work.Unit("grep.service")));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void hasAReaderForItsWord(Work work) {
    assertThat(WorkerReader.kinds()).contains(work.kind());
  }

  @Test
  void isInThisTestWhateverItsKind() {
    assertThat(kinds().<Class<?>>map(Object::getClass))
        .containsExactlyElementsOf(WorkReader.all().stream().map(WorkReader::work).toList());
  }

  @Test
  void hasKeysThatNoOtherKindHas() {
    assertThat(WorkerReader.keys()).doesNotHaveDuplicates();
  }
}
