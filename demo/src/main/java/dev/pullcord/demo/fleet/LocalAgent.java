package dev.pullcord.demo.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.demo.process.BuiltPrograms;
import dev.pullcord.demo.process.Child;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.report.NodeStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node: an agent's process, its state directory, and the workers that it started. */
public final class LocalAgent {
  private static final Duration WORKER_LIMIT = Duration.ofSeconds(5);

  private final BuiltPrograms programs;
  private final String name;
  private final Path directory;
  private final Path state;
  private final Path log;
  private Map<String, String> environment;
  private @Nullable Child process;

  LocalAgent(BuiltPrograms programs, Path directory, String name) {
    this.programs = programs;
    this.name = name;
    this.directory = directory;
    this.state = directory.resolve(name);
    this.log = directory.resolve(name + ".log");
    this.environment = programs.agentEnvironment();
  }

  /** The node's name. */
  public String name() {
    return name;
  }

  /** Its state directory. */
  public Path state() {
    return state;
  }

  /** Where the daemon's output goes. */
  public Path log() {
    return log;
  }

  /** Makes a key and enrols it; the token travels in the environment. */
  public ProgramCall.Result join(String agentsUrl, String token) {
    return ProgramCall.of(
            directory,
            Map.of("PULLCORD_JOIN_TOKEN", token),
            List.of(
                programs.agent(), "join", agentsUrl, "--name", name, "--state", state.toString()))
        .run();
  }

  /** Variables for the daemon, from its next start on. */
  public void environment(Map<String, String> more) {
    environment = Map.copyOf(more);
  }

  /** Starts the daemon with these options and its state directory; returns at once. */
  public void start(String... options) {
    if (isAlive()) {
      throw new IllegalStateException("agent " + name + " runs already");
    }
    List<String> argv = argv("run", options);
    if (!argv.contains("--config")) {
      argv.addAll(List.of("--config", config().toString()));
    }
    process = Child.start(argv, directory, environment, log);
  }

  /**
   * What runs here is the fleet of whoever started it, who may be root in a container. Each agent
   * has a file of its own: they start at once, and one would read what another is just writing.
   */
  private Path config() {
    Path file = directory.resolve(name + ".yaml");
    try {
      return Files.writeString(file, "as-root: true\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** SIGTERM, and waits for the end; workers go on. Returns the exit code. */
  public int stop() {
    return running().stop(programs.stopLimit());
  }

  /** SIGKILL, and waits for the end; workers go on. */
  public void kill9() {
    running().kill();
  }

  /** Whether the daemon runs. */
  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** The daemon's process id. */
  public long pid() {
    return running().pid();
  }

  /** The end of what the daemon said. */
  public String lastLines() {
    return running().lastLines();
  }

  /** What {@code pullcord-agent status -o json} says; works without the daemon too. */
  public NodeStatus status() {
    ProgramCall.Result said = command("status", "-o", "json");
    try {
      return PullcordJson.wire().readValue(said.output(), NodeStatus.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no status from " + name + ": " + said.output(), e);
    }
  }

  /** Runs {@code pullcord-agent} with this node's state directory. */
  public ProgramCall.Result command(String verb, String... arguments) {
    return ProgramCall.of(directory, Map.of(), argv(verb, arguments)).run();
  }

  private List<String> argv(String verb, String... arguments) {
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of(programs.agent(), verb, "--state", state.toString()));
    argv.addAll(List.of(arguments));
    return argv;
  }

  /** The workers of this node that live, by the notes in its state directory and by the kernel. */
  public List<WorkerProcess> workers() {
    return WorkerProcess.living(state);
  }

  /** Ends the daemon, then its workers; nothing of this node runs afterwards. */
  void end() {
    if (isAlive()) {
      stop();
    }
    for (WorkerProcess worker : workers()) {
      worker.end(WORKER_LIMIT);
    }
  }

  private Child running() {
    if (process == null) {
      throw new IllegalStateException("agent " + name + " was not started");
    }
    return process;
  }
}
