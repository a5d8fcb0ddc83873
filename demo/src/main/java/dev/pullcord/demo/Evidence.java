package dev.pullcord.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.process.ProcFs;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One node seen from three sides: what the server's API says, what lies on the node's disk, and
 * what the kernel says of the worker's process.
 */
final class Evidence {
  private final LocalAgent agent;
  private final NodeView api;
  private final List<WorkerProcess> workers;

  Evidence(LocalAgent agent, NodeView api) {
    this.agent = agent;
    this.api = api;
    this.workers = agent.workers();
  }

  /** The worker; a node that runs not exactly one has none. */
  Optional<WorkerProcess> worker() {
    return workers.size() == 1 ? Optional.of(workers.getFirst()) : Optional.empty();
  }

  /**
   * What does not agree.
   *
   * @param code the commit that the worker's code is to be of
   * @param live the commit that is to be active
   */
  List<String> disagreements(String code, String live) {
    if (worker().isEmpty()) {
      return List.of(agent.name() + " runs " + workers.size() + " workers, 1 is expected");
    }
    WorkerProcess worker = worker().get();
    List<String> wrong = new ArrayList<>();
    expect(wrong, "state", api.state().wireName(), NodeState.CONVERGED.wireName());
    expect(wrong, "applied commit", String.valueOf(api.appliedCommit()), live);
    expect(wrong, "pid in the API", apiPid(), Long.toString(worker.pid()));
    Path cwd = ProcFs.workingDirectory(worker.pid()).orElse(Path.of("gone"));
    expect(wrong, "folder of /proc/" + worker.pid() + "/cwd", parent(cwd), releases());
    expect(wrong, "commit in the worker's directory", commitIn(cwd), code);
    expect(wrong, "PULLCORD_COMMIT", variable(worker, "PULLCORD_COMMIT"), code);
    expect(wrong, "PULLCORD_RELEASE", variable(worker, "PULLCORD_RELEASE"), cwd.toString());
    Path link = Path.of(variable(worker, "PULLCORD_CURRENT"));
    expect(wrong, "commit behind the worker's link", commitIn(link), live);
    if (!ProcFs.commandLine(worker.pid()).orElse("").contains("tasks/grep-worker")) {
      wrong.add(agent.name() + ": process " + worker.pid() + " is no grep-worker");
    }
    return wrong;
  }

  private String apiPid() {
    return api.workers().values().stream()
        .flatMap(worker -> worker.generations().stream())
        .filter(generation -> generation.phase() == GenerationPhase.CONSUMING)
        .map(generation -> Long.toString(generation.pid()))
        .findFirst()
        .orElse("none");
  }

  private String releases() {
    return agent.state().resolve("releases").toString();
  }

  private static String parent(Path path) {
    return String.valueOf(path.getParent());
  }

  private static String variable(WorkerProcess worker, String name) {
    return ProcFs.environment(worker.pid(), name).orElse("unset");
  }

  private static String commitIn(Path release) {
    try {
      JsonNode json =
          PullcordJson.wire().readTree(Files.readString(release.resolve(".pullcord/release.json")));
      return json.path("commit").asText("none");
    } catch (IOException e) {
      return "unreadable: " + e.getMessage();
    }
  }

  private void expect(List<String> wrong, String what, String seen, String expected) {
    if (!seen.equals(expected)) {
      wrong.add(agent.name() + ": " + what + " is " + seen + ", expected " + expected);
    }
  }
}
