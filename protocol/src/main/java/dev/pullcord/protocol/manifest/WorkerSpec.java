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
 * @param run its argument list
 * @param env what it gets besides PATH and the PULLCORD_ variables
 * @param restart how a new generation takes over
 * @param health how it is known to be well; null means alive for two seconds with the same pid
 * @param drain how many old generations may finish; null means the default
 */
public record WorkerSpec(
    String name,
    Kind kind,
    List<String> run,
    Map<String, String> env,
    Restart restart,
    @Nullable HealthSpec health,
    @Nullable DrainSpec drain) {
  /** Copies; the order of the environment is kept. */
  public WorkerSpec {
    run = List.copyOf(run);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }

  /** How many old generations may finish. */
  @JsonIgnore
  public DrainSpec drainOrDefault() {
    return drain == null ? DrainSpec.DEFAULT : drain;
  }

  /** What a worker is. The other kinds of the manifest are refused by name until they are built. */
  public enum Kind {
    /** A program that the agent starts and watches. */
    PROCESS
  }

  /** How a new generation takes over. */
  public enum Restart {
    /** The old one ends before the new one starts. */
    STOP_START,
    /** The new one is started and proven beside the old one, which ends after it has taken over. */
    OVERLAP
  }
}
