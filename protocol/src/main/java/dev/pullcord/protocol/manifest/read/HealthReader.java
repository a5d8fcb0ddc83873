package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.HealthCheck;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.manifest.WorkReader;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.yaml.Section;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code health} of a worker. */
final class HealthReader {
  private static final Map<String, String> KINDS = Limits.words("command", "http", "tcp", "celery");
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int TIMES_MAX = 100;
  private static final Map<String, String> KEYS = keys();
  private static final Set<String> REQUIRED = Set.of("run", "url", "address");

  private HealthReader() {}

  /** Which kind a key is for, in the order of the reference page. */
  private static Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("run", "command");
    keys.put("url", "http");
    keys.put("status", "http");
    keys.put("body", "http");
    keys.put("address", "tcp");
    return keys;
  }

  /**
   * The health of a worker.
   *
   * @param whole whether the mapping must stand by itself; one that overrides another need not
   * @param ownProof whether the worker may be of a kind that has a proof of its own
   */
  static Optional<HealthSpec> read(Section worker, boolean whole, boolean ownProof) {
    return worker.section("health").flatMap(section -> health(section, whole, ownProof));
  }

  private static Optional<HealthSpec> health(Section section, boolean whole, boolean ownProof) {
    Optional<String> kind = section.choice("kind", KINDS);
    if (kind.equals(Optional.of("celery")) && !ownProof) {
      section
          .problems()
          .add(
              "VALUE",
              section.node("kind").orElseThrow(),
              "celery is for a worker of %s; command, http or tcp is expected"
                  .formatted(WorkerReader.kinds(WorkReader::hasOwnProof)));
    }
    Duration deadline =
        section.duration("deadline", Limits.TIME_MIN, Limits.TIME_LIMIT_MAX).orElse(DEADLINE);
    Optional<Duration> given =
        section.duration("timeout", Limits.TIME_MIN, Limits.COMMAND_TIMEOUT_MAX);
    Duration timeout = given.orElse(TIMEOUT.compareTo(deadline) < 0 ? TIMEOUT : deadline);
    Map<String, Optional<HealthCheck>> checks = checks(section, timeout);
    if (whole && section.require("kind") && kind.isPresent()) {
      own(section, kind.get());
    }
    Duration every =
        section.duration("every", Limits.TIME_MIN, Limits.COMMAND_TIMEOUT_MAX).orElse(EVERY);
    int times = section.integer("times", 1, TIMES_MAX).orElse(1L).intValue();
    if (whole) {
      fits(section, given, every.multipliedBy(times - 1L), deadline);
    }
    section.finish();
    return kind.flatMap(k -> checks.getOrDefault(k, Optional.empty()))
        .map(check -> new HealthSpec(check, every, times, deadline));
  }

  /** What is there for each kind; all of it is read, so that every mistake is reported. */
  private static Map<String, Optional<HealthCheck>> checks(Section section, Duration timeout) {
    return Map.of(
        "command",
        CommandReader.argv(section, "run")
            .map(run -> new HealthCheck.Run(new CommandSpec(run, timeout))),
        "http",
        LoopbackReader.http(section, timeout),
        "tcp",
        LoopbackReader.tcp(section, timeout),
        "celery",
        Optional.of(new HealthCheck.OwnProof()));
  }

  /** Requires the keys of this kind, and refuses those of another. */
  private static void own(Section section, String kind) {
    KEYS.forEach((key, of) -> {
      if (!of.equals(kind)) {
        section
            .entry(key)
            .ifPresent(e ->
                section
                    .problems()
                    .add(
                        "VALUE",
                        e.position(),
                        e.path(),
                        key + " is for health of kind: " + of + "; take it out"));
      } else if (REQUIRED.contains(key)) {
        section.require(key);
      }
    });
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
}
