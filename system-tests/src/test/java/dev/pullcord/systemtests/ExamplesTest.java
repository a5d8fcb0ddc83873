package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.GitClone;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples do what their README says, from the first push over one deploy. */
class ExamplesTest {
  private static final Path EXAMPLES =
      Path.of(System.getProperty("pullcord.root")).resolve("manifests/examples");
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String PLACE = "/var/spool/grep-jobs";

  @TempDir Path directory;

  @Test
  void aPythonWorkerFinishesItsJobWhileTheNextOneDoesTheRest() throws IOException {
    Needs.tool("git");
    Needs.tool("python3");
    Path jobs = Files.createDirectories(directory.resolve("jobs"));
    try (LocalFleet fleet = Fleets.started(directory.resolve("fleet"), 1)) {
      GitClone clone = fleet.workTree();
      clone.copyFrom(EXAMPLES.resolve("python"));
      String manifest = clone.read("pullcord.yaml");
      assertThat(manifest).contains("{JOBS: " + PLACE + "}");
      PushResult first =
          fleet.push(
              Map.of("pullcord.yaml", manifest.replace(PLACE + "}", "\"" + jobs + "\"}")), "Begin");
      assertThat(first.converged()).as(first.output()).isTrue();
      submitPipe(jobs, "long");
      Path taken = jobs.resolve("taken/node-1-g1/long");
      Eventually.within(SOON).until("the job is taken", () -> Files.exists(taken), is -> is);

      String worker = clone.read("jobs/worker.py");
      PushResult second = fleet.push(Map.of("jobs/worker.py", worker + "# better\n"), "Better");

      assertThat(second.converged()).as(second.output()).isTrue();
      assertThat(taken).exists();
      submit(jobs, "short", "status=503\n");
      assertThat(result(jobs, "short"))
          .contains("\"code\": \"" + second.commit().substring(0, 7))
          .contains("\"status=5[0-9][0-9]\": 1");
      Files.writeString(taken, "ERROR one\nlogin failed for bob\nFATAL two\n" + "fine\n".repeat(7));
      assertThat(result(jobs, "long"))
          .contains("\"code\": \"" + first.commit().substring(0, 7))
          .contains("\"ERROR|FATAL\": 2")
          .contains("\"login failed for [a-z]+\": 1");
      LocalAgent agent = fleet.agent(0);
      List<WorkerProcess> left =
          Eventually.within(SOON).until("one worker is left", agent::workers, w -> w.size() == 1);
      assertThat(left.getFirst().generation()).isEqualTo(2);
      Fleets.oneReleaseAndOneWorker(agent, second.commit());
      assertThat(Fleets.names(jobs.resolve("taken"))).containsExactly("node-1-g2");
    }
  }

  @Test
  void aPythonWorkerThatWasKilledLosesNoJob() throws IOException {
    Needs.tool("git");
    Needs.tool("python3");
    Path jobs = Files.createDirectories(directory.resolve("jobs"));
    try (LocalFleet fleet = Fleets.started(directory.resolve("fleet"), 1)) {
      GitClone clone = fleet.workTree();
      clone.copyFrom(EXAMPLES.resolve("python"));
      PushResult first =
          fleet.push(
              Map.of(
                  "pullcord.yaml",
                  clone
                      .read("pullcord.yaml")
                      .replace(PLACE + "}", "\"" + jobs + "\", LINE_SECONDS: \"0.5\"}")),
              "Begin");
      assertThat(first.converged()).as(first.output()).isTrue();
      submit(jobs, "job", "ERROR one\n\nERROR two\n");
      Path taken = jobs.resolve("taken/node-1-g1/job");
      Eventually.within(SOON).until("the job is taken", () -> Files.exists(taken), is -> is);

      fleet.agent(0).workers().forEach(worker -> worker.end(Duration.ofMillis(1)));

      assertThat(result(jobs, "job")).contains("\"ERROR|FATAL\": 2");
    }
  }

  @Test
  void aDaemonIsProvenByItsStatusCommandAndReplacedByItsOwnScripts() throws IOException {
    Needs.tool("git");
    Needs.tool("flock");
    Path run = Files.createDirectories(directory.resolve("run"));
    try (LocalFleet fleet = Fleets.started(directory.resolve("fleet"), 1)) {
      GitClone clone = fleet.workTree();
      clone.copyFrom(EXAMPLES.resolve("command"));
      String manifest = clone.read("pullcord.yaml");
      assertThat(manifest).contains("{RUN: /var/lib/grep-index}");
      PushResult first =
          fleet.push(
              Map.of("pullcord.yaml", manifest.replace("/var/lib/grep-index", "\"" + run + "\"")),
              "Begin");
      assertThat(first.converged()).as(first.output()).isTrue();
      assertThat(fleet.cli("why", "node-1").output())
          .contains("Worker index: bin/index status printed pullcord-generation 1.");
      String pid = Files.readString(run.resolve("pid"));

      PushResult search =
          fleet.push(Map.of("search/errors.patterns", "certificate has expired\n"), "Search");

      assertThat(search.converged()).as(search.output()).isTrue();
      Eventually.within(SOON)
          .until(
              "the new pattern is indexed",
              () -> Files.readString(run.resolve("index")),
              index -> index.startsWith("1 certificate has expired\n"));
      assertThat(run.resolve("pid")).hasContent(pid.strip());

      String script = clone.read("bin/index");
      PushResult code =
          fleet.push(
              Map.of("bin/index", script.replace("echo \"pullcord-generation", "echo \"it runs")),
              "Prove nothing");

      assertThat(code.converged()).as(code.output()).isTrue();
      assertThat(Files.readString(run.resolve("pid"))).isNotEqualTo(pid);
      assertThat(fleet.cli("why", "node-1").output())
          .contains("(unproven: index)")
          .contains("Worker index: unproven: bin/index status exited 0 and printed no");
    } finally {
      ProcessHandle.of(Long.parseLong(Files.readString(run.resolve("pid")).strip()))
          .ifPresent(ProcessHandle::destroy);
    }
  }

  private static void submit(Path jobs, String name, String text) throws IOException {
    Path part = Files.writeString(jobs.resolve("." + name), text);
    Files.move(part, jobs.resolve("new").resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** A job that lasts until something is written to it, however slow the machine is. */
  private static void submitPipe(Path jobs, String name) throws IOException {
    Path part = jobs.resolve("." + name);
    assertThat(ProgramCall.of(jobs, Map.of(), List.of("mkfifo", part.toString())).run().exit())
        .isZero();
    Files.move(part, jobs.resolve("new").resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String result(Path jobs, String name) throws IOException {
    Path result = jobs.resolve("done/" + name + ".json");
    Eventually.within(SOON).until("the result of " + name, () -> Files.exists(result), is -> is);
    return Files.readString(result);
  }
}
