package dev.pullcord.protocol.manifest;

import dev.pullcord.protocol.id.Shown;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code workers}, and what {@code nodes} overrides of them. */
final class WorkerReader {
  private static final Map<String, String> KINDS =
      Limits.words("process", "celery", "command", "systemd");
  private static final Map<String, WorkerSpec.Runner> RUNNERS = new LinkedHashMap<>();
  private static final Map<String, WorkerSpec.Restart> RESTARTS = new LinkedHashMap<>();

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Absolute, and no part is empty, a dot or two. */
  private static final Pattern NODE_FILE =
      Pattern.compile("(/(?!\\.{1,2}(/|$))[^/\\x00-\\x1f\\x7f-\\x9f]+)+");

  private static final int NODE_FILE_LENGTH = 4096;
  private static final Map<String, List<String>> ONLY_FOR = new LinkedHashMap<>();
  private static final int ENV_VALUE_LENGTH = 32 << 10;

  static {
    RUNNERS.put("process", WorkerSpec.Runner.PROCESS);
    RUNNERS.put("systemd", WorkerSpec.Runner.SYSTEMD);
    RESTARTS.put("stop-start", WorkerSpec.Restart.STOP_START);
    RESTARTS.put("overlap", WorkerSpec.Restart.OVERLAP);
    ONLY_FOR.put("process", List.of("run"));
    ONLY_FOR.put("celery", List.of("app", "queues", "args", "canary", "replaces"));
    ONLY_FOR.put("command", List.of("start", "stop", "status"));
    ONLY_FOR.put("systemd", List.of("unit"));
  }

  private WorkerReader() {}

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
    Optional<String> kind = section.choice("kind", KINDS);
    if (whole && section.require("kind")) {
      kind.map(WorkerReader::requiredBy).ifPresent(section::require);
    }
    Optional<WorkerSpec.Runner> runner = section.choice("runner", RUNNERS);
    WorkerSpec.Kind word = word(kind);
    boolean celery = word == WorkerSpec.Kind.CELERY;
    Optional<List<String>> run = CommandReader.argv(section, "run");
    Optional<CelerySpec> app = CeleryReader.read(section);
    Optional<CommandsSpec> commands = CommandsReader.read(section);
    Optional<String> unit = UnitReader.unit(section);
    List<String> replaces = UnitReader.replaces(section);
    if (whole) {
      kind.ifPresent(own -> onlyOwn(own, section));
    }
    Map<String, String> env = section.section("env").map(WorkerReader::env).orElse(Map.of());
    Optional<String> envFile = envFile(section);
    WorkerSpec.Restart restart =
        section
            .choice("restart", RESTARTS)
            .orElse(celery ? WorkerSpec.Restart.OVERLAP : WorkerSpec.Restart.STOP_START);
    fits(word, section, restart);
    Optional<HealthSpec> health = HealthReader.read(section, whole, celery || !whole);
    Optional<DrainSpec> drain = DrainReader.read(section);
    if (whole && kind.isPresent()) {
      DrainReader.fits(section, word, restart);
    }
    Map<String, String> nodes = section.section("nodes").map(NodeReader::labels).orElse(Map.of());
    section.finish();
    boolean incomplete =
        switch (word) {
          case PROCESS -> run.isEmpty();
          case CELERY -> app.isEmpty();
          case COMMAND -> commands.isEmpty();
          case SYSTEMD -> unit.isEmpty();
        };
    if (incomplete) {
      return Optional.empty();
    }
    WorkerSpec spec =
        new WorkerSpec(
            name,
            word,
            unit.map(List::of).or(() -> run).orElse(List.of()),
            celery ? app.orElseThrow() : null,
            env,
            envFile.orElse(null),
            restart,
            health.orElse(null),
            drain.orElse(null),
            runner.orElse(null),
            commands.orElse(null),
            replaces);
    return Optional.of(new Placed(spec, nodes));
  }

  /** One that is not known is refused elsewhere. */
  private static WorkerSpec.Kind word(Optional<String> kind) {
    return switch (kind.orElse("")) {
      case "celery" -> WorkerSpec.Kind.CELERY;
      case "command" -> WorkerSpec.Kind.COMMAND;
      case "systemd" -> WorkerSpec.Kind.SYSTEMD;
      default -> WorkerSpec.Kind.PROCESS;
    };
  }

  /** Whether what is said of any worker can be said of this one. */
  private static void fits(WorkerSpec.Kind word, Section section, WorkerSpec.Restart restart) {
    switch (word) {
      case PROCESS, CELERY -> {}
      case COMMAND -> CommandsReader.fits(section, restart);
      case SYSTEMD -> UnitReader.fits(section, restart);
    }
  }

  private static void onlyOwn(String kind, Section section) {
    ONLY_FOR.forEach((owner, keys) -> {
      if (!kind.equals(owner)) {
        onlyFor(owner, section, keys);
      }
    });
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

  private static String[] requiredBy(String kind) {
    return switch (kind) {
      case "celery" -> new String[] {"app"};
      case "command" -> new String[] {"start", "stop", "status"};
      case "systemd" -> new String[] {"unit"};
      default -> new String[] {"run"};
    };
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
                    ? Shown.of(name) + " is set by Pullcord itself; take another name"
                    : Shown.of(name)
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
    path.filter(p -> p.length() > NODE_FILE_LENGTH || !NODE_FILE.matcher(p).matches())
        .ifPresent(p ->
            section
                .problems()
                .add(
                    "PATH",
                    section.node("env-file").orElseThrow(),
                    Shown.of(p)
                        + " is not a file on the node; an absolute path in its plain form is"
                        + " expected, like /etc/pullcord/env/grep.env"));
    return path;
  }
}
