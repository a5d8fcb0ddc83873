package dev.pullcord.cli.command.deploy;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.pullcord.protocol.error.ExitCode;
import java.util.Locale;

/** How waiting ended. */
enum WaitOutcome {
  /** As asked. */
  CONVERGED(ExitCode.DONE),
  /** Every reachable node is done, and one is not as asked. */
  INCOMPLETE(ExitCode.FAILED),
  /** A newer commit came to the ref. */
  SUPERSEDED(ExitCode.FAILED),
  /** Not within the time given. */
  TIMEOUT(ExitCode.TIMEOUT);

  private final ExitCode exitCode;

  WaitOutcome(ExitCode exitCode) {
    this.exitCode = exitCode;
  }

  ExitCode exitCode() {
    return exitCode;
  }

  /** The name in the JSON. */
  @JsonValue
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
