package dev.pullcord.protocol.identity;

import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.util.Collection;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a worker runs, as one hash: a worker is restarted exactly when its identity changes.
 *
 * <p>It is made of the worker's kind, argument list, commands or Celery application, queues and
 * arguments, its environment and the path of its environment file, the key of its venv, whether its
 * runner is said to be systemd, and of the sorted (path, mode, object id) of every file in a bundle
 * with {@code on-change: restart}. How it is restarted, its health and the rollout are not part of
 * it. The encoding is length-prefixed, so that no two different inputs can be written alike, and
 * begins with a version.
 *
 * @param value 64 hex digits
 */
public record WorkerIdentity(String value) {
  private static final String VERSION = "pullcord-worker-identity-1";

  /**
   * The identity of this worker.
   *
   * @param restartFiles in whatever order they come
   * @param venv the key of its Python environment; null when there is none
   */
  public static WorkerIdentity of(
      WorkerSpec worker, Collection<ReleaseFile> restartFiles, @Nullable String venv) {
    LengthPrefixedHash hash = new LengthPrefixedHash();
    Work work = worker.work();
    hash.text(VERSION).text(work.kind().toUpperCase(Locale.ROOT));
    work.identity(hash);
    SortedMap<String, String> env = new TreeMap<>(worker.env());
    hash.number(env.size());
    env.forEach((name, value) -> hash.text(name).text(value));
    hash.number(restartFiles.size());
    restartFiles.stream()
        .sorted()
        .forEach(f -> hash.text(f.path()).text(f.mode()).text(f.objectId()));
    String envFile = worker.envFile();
    if (envFile != null) {
      // Last, so that the identity of a worker without one is what it always was.
      hash.text("env-file").text(envFile);
    }
    if (venv != null) {
      hash.text("venv").text(venv);
    }
    if (worker.runner() == WorkerSpec.Runner.SYSTEMD) {
      hash.text("runner").text("systemd");
    }
    return new WorkerIdentity(hash.hex());
  }

  @Override
  public String toString() {
    return value;
  }
}
