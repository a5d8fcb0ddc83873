package dev.pullcord.protocol.manifest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pullcord.protocol.PullcordJson;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A worker as it is to run on a node.
 *
 * @param name as in the manifest
 * @param work what it is
 * @param env what it gets besides PATH and the PULLCORD_ variables
 * @param envFile a file on the node with more of that, which wins over {@code env}; null for none
 * @param restart how a new generation takes over
 * @param health how it is known to be well; null means what its kind knows: of a process, that it
 *     is alive for two seconds
 * @param drain how many old generations may finish; null means the default
 * @param runner who holds its processes; null leaves it to the node
 */
public record WorkerSpec(
    String name,
    Work work,
    Map<String, String> env,
    @Nullable String envFile,
    Restart restart,
    @Nullable HealthSpec health,
    @Nullable DrainSpec drain,
    @Nullable Runner runner) {
  /** Copies; the order of the environment is kept. */
  public WorkerSpec {
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static WorkerSpec of(ObjectNode stored) throws JsonProcessingException {
    Common common = PullcordJson.wire().treeToValue(stored, Common.class);
    Work work = PullcordJson.wire().treeToValue(stored, WorkReader.kept(common.kind));
    return new WorkerSpec(
        common.name,
        work,
        common.env,
        common.envFile,
        common.restart,
        common.health,
        common.drain,
        common.runner);
  }

  @JsonValue
  ObjectNode stored() {
    String kind = work.kind().toUpperCase(Locale.ROOT);
    Common common = new Common(name, kind, env, envFile, restart, health, drain, runner);
    ObjectNode stored = PullcordJson.wire().valueToTree(common);
    return stored.setAll(PullcordJson.wire().<ObjectNode>valueToTree(work));
  }

  /** What journals and releases keep of every worker, beside the parts of its work. */
  private record Common(
      String name,
      String kind,
      Map<String, String> env,
      @Nullable String envFile,
      Restart restart,
      @Nullable HealthSpec health,
      @Nullable DrainSpec drain,
      @Nullable Runner runner) {}

  /** How many old generations may finish. */
  public DrainSpec drainOrDefault() {
    return drain == null ? DrainSpec.DEFAULT : drain;
  }

  /** What tells an old generation to take no more work; null for nothing. */
  public @Nullable DrainHook drainHook() {
    return drainOrDefault().hook();
  }

  /** Whether a release is looked at for it before anything is switched to that release. */
  public boolean looksBefore() {
    return work.looksBefore() || drainHook() != null;
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
