package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.yaml.Section;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code health} of a worker. */
final class HealthReader {
  private static final Map<String, String> KINDS = Limits.words("command", "http", "tcp", "celery");
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int TIMES_MAX = 100;

  private HealthReader() {}

  /**
   * The health of a worker.
   *
   * @param whole whether the mapping must stand by itself; one that overrides another need not
   * @param celery whether the worker may be of kind celery, which has a proof of its own
   */
  static Optional<HealthSpec> read(Section worker, boolean whole, boolean celery) {
    return worker.section("health").flatMap(section -> health(section, whole, celery));
  }

  private static Optional<HealthSpec> health(Section section, boolean whole, boolean celery) {
    Optional<String> kind = section.choice("kind", KINDS);
    Limits.onlyInThisVersion(section, "kind", kind, "command", "celery");
    boolean proof = kind.equals(Optional.of("celery"));
    if (proof && !celery) {
      section
          .problems()
          .add(
              "VALUE",
              section.node("kind").orElseThrow(),
              "celery is for a worker of kind: celery; command is expected");
    }
    if (whole && section.require("kind")) {
      kind.flatMap(HealthReader::requiredBy).ifPresent(section::require);
    }
    Optional<List<String>> run = CommandReader.argv(section, "run");
    section.text("url");
    section.text("address");
    Limits.notInThisVersion(section, "url", "address");
    Optional<Duration> given =
        section.duration("timeout", Limits.TIME_MIN, Limits.COMMAND_TIMEOUT_MAX);
    Duration every =
        section.duration("every", Limits.TIME_MIN, Limits.COMMAND_TIMEOUT_MAX).orElse(EVERY);
    int times = section.integer("times", 1, TIMES_MAX).orElse(1L).intValue();
    Duration deadline =
        section.duration("deadline", Limits.TIME_MIN, Limits.TIME_LIMIT_MAX).orElse(DEADLINE);
    if (whole) {
      fits(section, given, every.multipliedBy(times - 1L), deadline);
    }
    section.finish();
    if (proof) {
      return Optional.of(new HealthSpec(null, every, times, deadline));
    }
    Duration timeout = given.orElse(TIMEOUT.compareTo(deadline) < 0 ? TIMEOUT : deadline);
    return run.map(r -> new HealthSpec(new CommandSpec(r, timeout), every, times, deadline));
  }

  /** Refuses what can never pass before the deadline. */
  private static void fits(
      Section section, Optional<Duration> timeout, Duration pauses, Duration deadline) {
    String limit = "the deadline of " + Durations.format(deadline);
    if (timeout.isPresent() && timeout.get().compareTo(deadline) > 0) {
      section
          .problems()
          .add(
              "RANGE",
              section.node("timeout").orElseThrow(),
              Durations.format(timeout.get()) + " is longer than " + limit);
    }
    if (pauses.compareTo(deadline) >= 0) {
      section
          .problems()
          .add(
              "RANGE",
              section.mapping(),
              "it can never pass: the tries take at least "
                  + (Durations.format(pauses) + ", and " + limit + " comes first"));
    }
  }

  private static Optional<String> requiredBy(String kind) {
    return switch (kind) {
      case "command" -> Optional.of("run");
      case "http" -> Optional.of("url");
      case "tcp" -> Optional.of("address");
      default -> Optional.empty();
    };
  }
}
