package dev.pullcord.agent.envfile;

import dev.pullcord.protocol.manifest.WorkerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Which files of the node workers may get variables from: the node's own word, which nothing that
 * comes over the network can widen.
 *
 * @param entries absolute paths: one that ends with a slash is a directory and all below it, one
 *     without is that file
 */
public record EnvFilePolicy(List<String> entries) {
  /** No file at all. */
  public static final EnvFilePolicy NOTHING = new EnvFilePolicy(List.of());

  /** Copies. */
  public EnvFilePolicy {
    entries = List.copyOf(entries);
  }

  /** Whether a path is allowed as it is written. */
  boolean allows(String path) {
    return entries.stream().anyMatch(e -> e.endsWith("/") ? path.startsWith(e) : path.equals(e));
  }

  /** Whether a file is allowed that a path has led to, all links followed. */
  boolean allowsReal(Path file) {
    return entries.stream()
        .anyMatch(e -> e.endsWith("/") ? file.startsWith(real(e)) : file.equals(real(e)));
  }

  /**
   * Why a worker does not get its file, and what to do about it.
   *
   * @param leads where the path leads to; empty where it is not allowed as it is written
   */
  String refusal(WorkerSpec worker, String leads) {
    String other = leads.isEmpty() ? "" : ", or let the link lead to a file that is allowed";
    return ("agent.yaml does not allow env-file %s of worker %s%s; it has %s: add the %s or its"
            + " directory, and restart the agent%s")
        .formatted(
            worker.envFile(),
            worker.name(),
            leads.isEmpty() ? "" : ", which leads to " + leads,
            entries.isEmpty() ? "no env-files" : "env-files: " + entries,
            leads.isEmpty() ? "file" : "file that it leads to",
            other);
  }

  private static Path real(String entry) {
    try {
      return Path.of(entry).toRealPath();
    } catch (IOException e) {
      // Not there, so that nothing leads to it.
      return Path.of(entry);
    }
  }
}
