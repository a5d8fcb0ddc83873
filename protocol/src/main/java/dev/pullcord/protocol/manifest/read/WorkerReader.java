package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.DrainSpec;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkReader;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads {@code workers}, and what {@code nodes} overrides of them. */
final class WorkerReader {
  private static final Map<String, WorkReader> KINDS = new LinkedHashMap<>();
  private static final Map<String, WorkerSpec.Runner> RUNNERS = new LinkedHashMap<>();
  private static final Map<String, WorkerSpec.Restart> RESTARTS = new LinkedHashMap<>();

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private static final int ENV_VALUE_LENGTH = 32 << 10;

  static {
    RUNNERS.put("process", WorkerSpec.Runner.PROCESS);
    RUNNERS.put("systemd", WorkerSpec.Runner.SYSTEMD);
    RESTARTS.put("stop-start", WorkerSpec.Restart.STOP_START);
    RESTARTS.put("overlap", WorkerSpec.Restart.OVERLAP);
    WorkReader.all().forEach(kind -> KINDS.put(kind.kind(), kind));
  }

  /** As which a worker is read whose kind is wrong, which is refused elsewhere. */
  private static final WorkReader PROCESS = Objects.requireNonNull(KINDS.get("process"));

  private WorkerReader() {}

  /** The words of all kinds. */
  static Set<String> kinds() {
    return KINDS.keySet();
  }

  /** The kinds of which something holds: {@code kind: process or kind: celery}. */
  static String kinds(Predicate<WorkReader> are) {
    return KINDS.values().stream()
        .filter(are)
        .map(kind -> "kind: " + kind.kind())
        .collect(Collectors.joining(" or "));
  }

  /** The keys that only one kind has, of all kinds. */
  static List<String> keys() {
    return KINDS.values().stream().flatMap(kind -> kind.keys().stream()).toList();
  }

  /**
   * A worker that was read.
   *
   * @param nodes the labels that a node needs for it; empty where it runs on every node
   */
  record Placed(WorkerSpec spec, Map<String, String> nodes) {}

  /** Those with which nothing is wrong. */
  static Map<String, Placed> read(Section root) {
    Map<String, Placed> workers = new LinkedHashMap<>();
    root.section("workers")
        .ifPresent(section -> {
          Limits.count(section);
          for (YamlNode.Entry entry : section.entries()) {
            int before = section.problems().list().size();
            Limits.isName(entry, "a worker", section.problems());
            section
                .values()
                .section(entry.value())
                .flatMap(worker -> worker(entry.key(), worker, true))
                .filter(_ -> section.problems().list().size() == before)
                .ifPresent(worker -> workers.put(entry.key(), worker));
          }
        });
    return workers;
  }

  /** Checks what a node overrides: any part of a worker, none of them required. */
  static void override(String name, Section section) {
    worker(name, section, false);
  }

  static Optional<Placed> worker(String name, Section section, boolean whole) {
    Optional<WorkReader> said = section.choice("kind", KINDS);
    WorkReader kind = said.orElse(PROCESS);
    if (whole && section.require("kind") && said.isPresent()) {
      section.require(kind.required().toArray(String[]::new));
    }
    Optional<WorkerSpec.Runner> runner = section.choice("runner", RUNNERS);
    Optional<Work> work = Optional.empty();
    for (WorkReader each : KINDS.values()) {
      Optional<Work> read = each.read(section);
      work = each.equals(kind) ? read : work;
    }
    if (whole && said.isPresent()) {
      onlyOwn(kind, section);
    }
    Map<String, String> env = section.section("env").map(WorkerReader::env).orElse(Map.of());
    Optional<String> envFile = envFile(section);
    WorkerSpec.Restart restart = section.choice("restart", RESTARTS).orElse(kind.usualRestart());
    kind.fits(section, restart);
    Optional<HealthSpec> health = HealthReader.read(section, whole, kind.hasOwnProof() || !whole);
    Optional<DrainSpec> drain = DrainReader.read(section);
    if (whole && said.isPresent()) {
      DrainReader.fits(section, kind, restart);
    }
    Map<String, String> nodes = section.section("nodes").map(NodeReader::labels).orElse(Map.of());
    section.finish();
    return work.map(own ->
        new Placed(
            new WorkerSpec(
                name,
                own,
                env,
                envFile.orElse(null),
                restart,
                health.orElse(null),
                drain.orElse(null),
                runner.orElse(null)),
            nodes));
  }

  private static void onlyOwn(WorkReader own, Section section) {
    for (WorkReader kind : KINDS.values()) {
      if (!kind.equals(own)) {
        onlyFor(kind.kind(), section, kind.keys());
      }
    }
  }

  private static void onlyFor(String kind, Section section, List<String> keys) {
    for (String key : keys) {
      section
          .entry(key)
          .ifPresent(e ->
              section
                  .problems()
                  .add(
                      "VALUE",
                      e.position(),
                      e.path(),
                      key + " is for kind: " + kind + "; take it out"));
    }
  }

  private static Map<String, String> env(Section section) {
    Limits.count(section);
    Map<String, String> env = new LinkedHashMap<>();
    for (YamlNode.Entry entry : section.entries()) {
      String name = entry.key();
      boolean ours = name.startsWith("PULLCORD_");
      if (ours || !VARIABLE.matcher(name).matches()) {
        section
            .problems()
            .add(
                "NAME",
                entry.position(),
                entry.path(),
                ours
                    ? Quoted.of(name) + " is set by Pullcord itself; take another name"
                    : Quoted.of(name)
                        + " is not a variable's name; [A-Za-z_][A-Za-z0-9_]* expected");
      }
      section
          .values()
          .text(entry.value())
          .filter(value -> isEnvValue(value, entry, section))
          .ifPresent(value -> env.put(name, value));
    }
    return env;
  }

  private static boolean isEnvValue(String value, YamlNode.Entry entry, Section section) {
    if (value.indexOf('\0') < 0 && value.length() <= ENV_VALUE_LENGTH) {
      return true;
    }
    // The value is not shown: it may be a secret that should not be here in the first place.
    section
        .problems()
        .add(
            "VALUE",
            entry.value(),
            "it has a NUL or more than " + ENV_VALUE_LENGTH + " characters; plain text expected");
    return false;
  }

  private static Optional<String> envFile(Section section) {
    Optional<String> path = section.text("env-file");
    path.filter(p -> !Limits.isNodePath(p))
        .ifPresent(p ->
            section
                .problems()
                .add(
                    "PATH",
                    section.node("env-file").orElseThrow(),
                    Quoted.of(p)
                        + " is not a file on the node; an absolute path in its plain form is"
                        + " expected, like /etc/pullcord/env/grep.env"));
    return path;
  }
}
