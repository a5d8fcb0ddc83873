package dev.pullcord.protocol.manifest;

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
 */
public record WorkerSpec(
    String name,
    Kind kind,
    List<String> run,
    Map<String, String> env,
    Restart restart,
    @Nullable HealthSpec health) {
  /** Copies; the order of the environment is kept. */
  public WorkerSpec {
    run = List.copyOf(run);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }

  /** What a worker is. The other kinds of the manifest are refused by name until they are built. */
  public enum Kind {
    /** A program that the agent starts and watches. */
    PROCESS
  }

  /** How a new generation takes over. */
  public enum Restart {
    /** The old one ends before the new one starts. */
    STOP_START
  }
}
