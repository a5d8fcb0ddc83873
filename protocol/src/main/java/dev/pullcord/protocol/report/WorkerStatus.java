package dev.pullcord.protocol.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One worker of a node.
 *
 * @param identity the identity of the generation that consumes, 64 hex digits; null while none does
 * @param proof how it is known that the worker runs this: {@code pid 123 started
 *     2026-01-01T00:00:00Z}, or why it is not known; never the exit code of a command
 * @param generations those that live, newest first
 */
public record WorkerStatus(
    @Nullable String identity, String proof, List<GenerationStatus> generations) {
  /** Copies the list. */
  public WorkerStatus {
    generations = List.copyOf(generations);
  }

  /** What a proof begins with that is none. */
  public static final String UNPROVEN = "unproven: ";

  /** Whether something works, and nothing proves that it is what was started last. */
  @JsonIgnore
  public boolean unproven() {
    return proof.startsWith(UNPROVEN);
  }
}
