package dev.pullcord.demo.fleet;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a {@code git push} went.
 *
 * @param commit what was pushed
 * @param exit git's exit code: only whether the ref moved
 * @param lines what git printed, the server's lines with {@code remote: } before them
 * @param took until git ended
 */
public record PushResult(String commit, int exit, List<String> lines, Duration took) {
  /** Copies. */
  public PushResult {
    lines = List.copyOf(lines);
  }

  /** All of it as one text. */
  public String output() {
    return String.join("\n", lines);
  }

  /** The summary: the line that begins with {@code converged} or {@code not converged}. */
  public Optional<String> summary() {
    return lines.stream()
        .filter(line -> line.startsWith("remote: "))
        .map(line -> line.substring("remote: ".length()).strip())
        .filter(line -> line.startsWith("converged ") || line.startsWith("not converged "))
        .reduce((first, second) -> second);
  }

  /** Whether the summary says that all nodes converged. */
  public boolean converged() {
    return summary().filter(line -> line.startsWith("converged ")).isPresent();
  }
}
