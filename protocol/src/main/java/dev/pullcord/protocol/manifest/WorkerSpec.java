package dev.pullcord.protocol.manifest;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A worker as it is to run on a node.
 *
 * @param name as in the manifest
 * @param kind what it is
 * @param run its argument list; empty where the kind makes it; of kind systemd the unit's name
 * @param celery what only a Celery worker has; null for other kinds
 * @param env what it gets besides PATH and the PULLCORD_ variables
 * @param envFile a file on the node with more of that, which wins over {@code env}; null for none
 * @param restart how a new generation takes over
 * @param health how it is known to be well; null means what its kind knows: of a process, that it
 *     is alive for two seconds
 * @param drain how many old generations may finish; null means the default
 * @param runner who holds its processes; null leaves it to the node
 * @param commands what only a worker of kind command has; null for other kinds
 * @param replaces units of the node from before it, which end when it takes over
 */
public record WorkerSpec(
    String name,
    Kind kind,
    List<String> run,
    @Nullable CelerySpec celery,
    Map<String, String> env,
    @Nullable String envFile,
    Restart restart,
    @Nullable HealthSpec health,
    @Nullable DrainSpec drain,
    @Nullable Runner runner,
    @Nullable CommandsSpec commands,
    List<String> replaces) {
  /** Copies; the order of the environment is kept. */
  public WorkerSpec {
    replaces = replaces == null ? List.of() : List.copyOf(replaces);
    run = List.copyOf(run);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }

  /** One of another kind than command. */
  public WorkerSpec(
      String name,
      Kind kind,
      List<String> run,
      @Nullable CelerySpec celery,
      Map<String, String> env,
      @Nullable String envFile,
      Restart restart,
      @Nullable HealthSpec health,
      @Nullable DrainSpec drain,
      @Nullable Runner runner) {
    this(name, kind, run, celery, env, envFile, restart, health, drain, runner, null, List.of());
  }

  /** How many old generations may finish. */
  @JsonIgnore
  public DrainSpec drainOrDefault() {
    return drain == null ? DrainSpec.DEFAULT : drain;
  }

  /** What tells an old generation to take no more work; null for nothing. */
  @JsonIgnore
  public @Nullable DrainHook drainHook() {
    return drainOrDefault().hook();
  }

  /** The unit that a worker of kind systemd is. */
  @JsonIgnore
  public String unit() {
    if (kind != Kind.SYSTEMD) {
      throw new IllegalStateException("worker " + name + " is not of kind systemd");
    }
    return run.getFirst();
  }

  /** What a worker is. */
  public enum Kind {
    /** A program that the agent starts and watches. */
    PROCESS(false),
    /** A Celery worker, whose queues are handed over. */
    CELERY(true),
    /** What commands of the release start, end and look at. */
    COMMAND(false),
    /** A unit that is on the node already. */
    SYSTEMD(false);

    private final boolean proves;

    Kind(boolean proves) {
      this.proves = proves;
    }

    /**
     * Whether a newcomer has no work before it is given any, so that it proves itself first, also
     * where there is no other generation beside it.
     */
    public boolean provesItself() {
      return proves;
    }
  }

  /** Who holds a worker's processes. */
  public enum Runner {
    /** The agent. */
    PROCESS,
    /** The service manager of the node: each generation is a unit. */
    SYSTEMD
  }

  /** How a new generation takes over. */
  public enum Restart {
    /** The old one ends before the new one starts. */
    STOP_START,
    /** The new one is started and proven beside the old one, which ends after it has taken over. */
    OVERLAP
  }
}
