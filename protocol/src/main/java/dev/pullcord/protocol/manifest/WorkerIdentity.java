package dev.pullcord.protocol.manifest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
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
   * A file of a restart bundle.
   *
   * @param path in the repository
   * @param mode git's file mode, in octal
   * @param objectId of the blob, 40 hex digits
   */
  public record File(String path, String mode, String objectId) implements Comparable<File> {
    @Override
    public int compareTo(File other) {
      return path.compareTo(other.path);
    }
  }

  /**
   * The identity of this worker.
   *
   * @param restartFiles in whatever order they come
   * @param venv the key of its Python environment; null when there is none
   */
  public static WorkerIdentity of(
      WorkerSpec worker, Collection<File> restartFiles, @Nullable String venv) {
    Encoder encoder = new Encoder();
    encoder.text(VERSION).text(worker.kind().name());
    encoder.number(worker.run().size());
    worker.run().forEach(encoder::text);
    CelerySpec celery = worker.celery();
    if (celery != null) {
      encoder.text(celery.app()).number(celery.queues().size());
      celery.queues().forEach(encoder::text);
      encoder.number(celery.args().size());
      celery.args().forEach(encoder::text);
    }
    CommandsSpec commands = worker.commands();
    if (commands != null) {
      for (CommandSpec command : List.of(commands.start(), commands.stop(), commands.status())) {
        encoder.number(command.run().size());
        command.run().forEach(encoder::text);
      }
    }
    SortedMap<String, String> env = new TreeMap<>(worker.env());
    encoder.number(env.size());
    env.forEach((name, value) -> encoder.text(name).text(value));
    encoder.number(restartFiles.size());
    restartFiles.stream()
        .sorted()
        .forEach(f -> encoder.text(f.path()).text(f.mode()).text(f.objectId()));
    String envFile = worker.envFile();
    if (envFile != null) {
      // Last, so that the identity of a worker without one is what it always was.
      encoder.text("env-file").text(envFile);
    }
    if (venv != null) {
      encoder.text("venv").text(venv);
    }
    if (worker.runner() == WorkerSpec.Runner.SYSTEMD) {
      encoder.text("runner").text("systemd");
    }
    return new WorkerIdentity(encoder.hash());
  }

  @Override
  public String toString() {
    return value;
  }

  /** Writes what a hash is made of, each part with its length. */
  static final class Encoder {
    private final MessageDigest digest;

    Encoder() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java runtime has SHA-256", e);
      }
    }

    Encoder text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      number(bytes.length);
      digest.update(bytes);
      return this;
    }

    Encoder number(int n) {
      digest.update(java.nio.ByteBuffer.allocate(Integer.BYTES).putInt(n).array());
      return this;
    }

    String hash() {
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
