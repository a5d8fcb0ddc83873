package dev.pullcord.protocol.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.stream.IntStream;
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

  /** The same, where the tasks of its generations are counted and not named. */
  WorkerStatus withoutTaskNames() {
    return new WorkerStatus(
        identity, proof, generations.stream().map(GenerationStatus::withoutTaskNames).toList());
  }

  /** The same with its newest generations, and the one that consumes; the others are counted. */
  WorkerStatus withNewest(int most) {
    List<GenerationStatus> kept =
        IntStream.range(0, generations.size())
            .filter(i -> i < most || generations.get(i).phase() == GenerationPhase.CONSUMING)
            .mapToObj(generations::get)
            .toList();
    int more = generations.size() - kept.size();
    return more == 0
        ? this
        : new WorkerStatus(identity, proof + "; and " + more + " older generations", kept);
  }

  /** Whether something works, and nothing proves that it is what was started last. */
  @JsonIgnore
  public boolean unproven() {
    return proof.startsWith(UNPROVEN);
  }
}
