package dev.pullcord.protocol.manifest.read.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.manifest.CelerySpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Celery worker may say, and the arguments that would break its handover. */
class CeleryReaderTest {
  private static final String APP = "kind: celery, app: tasks.app";

  private static List<String> problemsOfArgs(String args) {
    return WorkerText.problems(APP + ", args: [" + args + "]");
  }

  @Test
  void readsAllOfIt() {
    WorkerSpec worker =
        WorkerText.read(
            APP
                + ", queues: [grep, slow], args: [--concurrency=4, -E],"
                + " canary: {task: tasks.app.canary, timeout: 30s}, replaces: [celeryd.service]");

    assertThat(worker.work())
        .isEqualTo(
            new Work.Celery(
                new CelerySpec(
                    "tasks.app",
                    List.of("grep", "slow"),
                    List.of("--concurrency=4", "-E"),
                    new CelerySpec.Canary("tasks.app.canary", Duration.ofSeconds(30))),
                List.of("celeryd.service")));
  }

  @Test
  void generationsOverlapAndACanaryHasTenSecondsUnlessItSaysOtherwise() {
    WorkerSpec worker = WorkerText.read(APP + ", canary: {task: ping}");

    assertThat(worker.restart()).isEqualTo(WorkerSpec.Restart.OVERLAP);
    assertThat(worker.work())
        .isEqualTo(
            new Work.Celery(
                new CelerySpec(
                    "tasks.app",
                    List.of(),
                    List.of(),
                    new CelerySpec.Canary("ping", Duration.ofSeconds(10))),
                List.of()));
  }

  @Test
  void withoutItsApplicationItIsRefused() {
    assertThat(WorkerText.problems("kind: celery, queues: [grep]"))
        .singleElement()
        .asString()
        .contains("app");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tasks/app.py", "tasks.app.", "9tasks", "tasks app", "tasks:app:app"})
  void anApplicationIsAModule(String app) {
    assertThat(WorkerText.problems("kind: celery, app: '" + app + "'"))
        .singleElement()
        .asString()
        .startsWith("workers.grep.app: ")
        .contains(app, "is not a module; one like tasks.app is expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tasks", "tasks.app", "tasks.app:app", "_t.a1"})
  void aModuleMayNameItsApplication(String app) {
    assertThat(WorkerText.problems("kind: celery, app: '" + app + "'")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"two words", "a,b", "", "pullcord.private"})
  void aQueueIsOneWordAndNotOurs(String queue) {
    assertThat(WorkerText.problems(APP + ", queues: [ok, '" + queue + "']"))
        .singleElement()
        .asString()
        .startsWith("workers.grep.queues")
        .contains("is not a queue's name");
  }

  @ParameterizedTest
  @CsvSource({
    "-Q, queues: is for that",
    "--queues=a, queues: is for that",
    "-Qa, queues: is for that",
    "--hostname=me@%h, Pullcord names it",
    "-n, Pullcord names it",
    "--detach, the agent watches the process",
    "-B, two generations would both send what is due",
    "-EB, two generations would both send what is due",
    "--purge, a deploy would throw away every waiting job",
    "--uid=0, the agent's configuration says who runs workers",
    "--broker=redis://x, celery worker has no such option",
    "--version, celery prints it and ends",
  })
  void anArgumentThatBreaksAHandoverIsNamedWithWhatToDo(String argument, String reason) {
    assertThat(problemsOfArgs("--loglevel=info, '" + argument + "'"))
        .singleElement()
        .asString()
        .startsWith("workers.grep.args: ")
        .contains("is not for args: ", reason);
  }

  /** The rest of the word is the value of {@code -c}, and no option. */
  @Test
  void theValueOfAnOptionIsNotAnOption() {
    assertThat(problemsOfArgs("-cB")).isEmpty();
    assertThat(problemsOfArgs("--loglevel, Q")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--pidfile=/run/a.pid", "-S/var/a.db", "--statedb"})
  void aFileOfAllGenerationsIsRefused(String argument) {
    assertThat(problemsOfArgs("'" + argument + "'"))
        .singleElement()
        .asString()
        .contains("names one file for all generations; put %n into its name");
  }

  @Test
  void aFileOfEachGenerationIsTaken() {
    assertThat(problemsOfArgs("'--pidfile=/run/%n.pid'")).isEmpty();
    assertThat(problemsOfArgs("--statedb, '/var/%n.db'")).isEmpty();
    assertThat(problemsOfArgs("--statedb, '/var/a.db'")).hasSize(1);
  }

  @Test
  void aCanaryNamesItsTask() {
    assertThat(WorkerText.problems(APP + ", canary: {timeout: 5s}"))
        .singleElement()
        .asString()
        .contains("canary", "task");
    assertThat(WorkerText.problems(APP + ", canary: {task: 'two words'}"))
        .singleElement()
        .asString()
        .contains("is not a task's name");
    assertThat(WorkerText.problems(APP + ", canary: {task: ping, tries: 2}"))
        .singleElement()
        .asString()
        .contains("tries");
  }

  @Test
  void whatIsReplacedIsAServiceOfSomebodyElse() {
    assertThat(WorkerText.problems(APP + ", replaces: [pullcord-agent.service]"))
        .singleElement()
        .asString()
        .contains("is not a unit that Pullcord may take");
    assertThat(WorkerText.problems(APP + ", replaces: [celeryd.socket]")).hasSize(1);
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThat(
            WorkerText.problems(
                "kind: celery, app: 'a b', queues: ['c d'], args: [-D, --purge],"
                    + " canary: {task: 'e f'}"))
        .hasSize(5);
  }
}
