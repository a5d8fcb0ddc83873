package dev.pullcord.protocol.manifest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a worker counts as well: its check succeeds this many times in a row, before the deadline.
 *
 * @param check how it is asked
 * @param every from the end of one try to the start of the next, at most: while the worker has not
 *     been well yet, the first tries come sooner
 * @param times in a row
 * @param deadline from the activation
 */
public record HealthSpec(HealthCheck check, Duration every, int times, Duration deadline) {
  /** Whether the worker's kind decides, and the manifest asks for nothing of its own. */
  public boolean isOwnProof() {
    return check instanceof HealthCheck.OwnProof;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static HealthSpec of(Stored stored) {
    HealthCheck check =
        stored.command != null
            ? new HealthCheck.Run(stored.command)
            : stored.http != null
                ? stored.http
                : stored.tcp != null ? stored.tcp : new HealthCheck.OwnProof();
    return new HealthSpec(check, stored.every, stored.times, stored.deadline);
  }

  @JsonValue
  Stored stored() {
    return new Stored(
        check instanceof HealthCheck.Run(CommandSpec command) ? command : null,
        check instanceof HealthCheck.Http http ? http : null,
        check instanceof HealthCheck.Tcp tcp ? tcp : null,
        every,
        times,
        deadline);
  }

  /** What journals and releases keep of it; at most one of the first three is there. */
  record Stored(
      @Nullable CommandSpec command,
      HealthCheck.@Nullable Http http,
      HealthCheck.@Nullable Tcp tcp,
      Duration every,
      int times,
      Duration deadline) {}
}
