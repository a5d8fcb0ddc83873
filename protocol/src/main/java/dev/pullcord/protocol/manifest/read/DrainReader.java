package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.DrainHook;
import dev.pullcord.protocol.manifest.DrainSpec;
import dev.pullcord.protocol.manifest.WorkReader;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.yaml.Merge;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code drain} of a worker: how many old generations may finish, and what tells them to. */
final class DrainReader {
  private static final Duration HOOK_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LONG_MAX = Duration.ofDays(365);
  private static final Map<String, DrainSpec.WhenFull> WHEN_FULL = new LinkedHashMap<>();

  /** What counts old generations beside the one that works. */
  private static final List<String> OF_OVERLAP =
      List.of("alert-after", "max-generations", "when-full");

  private static final List<String> OF_HOOK = List.of("timeout", "deadline");

  static {
    WHEN_FULL.put("wait", DrainSpec.WhenFull.WAIT);
    WHEN_FULL.put("stop-start", DrainSpec.WhenFull.STOP_START);
  }

  private DrainReader() {}

  /** The key of a worker, in every kind of it. */
  static Optional<DrainSpec> read(Section worker) {
    return worker.section("drain").map(DrainReader::drain);
  }

  private static DrainSpec drain(Section drain) {
    Optional<Duration> alert = drain.duration("alert-after", Duration.ofSeconds(1), LONG_MAX);
    Optional<Long> most = drain.integer("max-generations", 1, Limits.ENTRIES);
    Optional<DrainSpec.WhenFull> whenFull = drain.choice("when-full", WHEN_FULL);
    Optional<List<String>> run = CommandReader.argv(drain, "run");
    Duration timeout =
        drain.duration("timeout", Limits.TIME_MIN, Limits.COMMAND_TIMEOUT_MAX).orElse(HOOK_TIMEOUT);
    Optional<Duration> deadline = drain.duration("deadline", Duration.ofSeconds(1), LONG_MAX);
    drain.finish();
    return new DrainSpec(
        most.map(Long::intValue).orElse(DrainSpec.DEFAULT.maxGenerations()),
        whenFull.orElse(DrainSpec.DEFAULT.whenFull()),
        alert.orElse(null),
        run.map(argv -> new DrainHook(new CommandSpec(argv, timeout), deadline.orElse(null)))
            .orElse(null));
  }

  /** Refuses what the worker's kind and order have no use for. */
  static void fits(Section worker, WorkReader kind, WorkerSpec.Restart restart) {
    boolean hooked = worker.node("drain").filter(DrainReader::hasHook).isPresent();
    if (kind.hasDrainHook() && hooked) {
      if (restart == WorkerSpec.Restart.STOP_START) {
        refuse(worker, OF_OVERLAP, " is for restart: overlap; say that, or take it out");
      }
      return;
    }
    if (restart == WorkerSpec.Restart.STOP_START) {
      noDrain(worker, kind);
      return;
    }
    if (kind.hasDrainHook()) {
      refuse(worker, OF_HOOK, " is of the command that drains; say which with run, or take it out");
      return;
    }
    String drainedByUs =
        " is for %s, and a worker of kind: %s is drained without it; take it out"
            .formatted(WorkerReader.kinds(WorkReader::hasDrainHook), kind.kind());
    refuse(worker, List.of("run"), drainedByUs);
    refuse(worker, OF_HOOK, drainedByUs);
  }

  /** What is left of it on a node whose entry says {@code restart: stop-start}. */
  static YamlNode.Mapping withoutOverlap(YamlNode.Mapping worker) {
    if (!(worker.find("drain").map(YamlNode.Entry::value).orElse(null)
            instanceof YamlNode.Mapping drain)
        || !hasHook(drain)) {
      return Merge.without(worker, "drain");
    }
    YamlNode.Mapping hook = drain;
    for (String key : OF_OVERLAP) {
      hook = Merge.without(hook, key);
    }
    return Merge.with(worker, "drain", hook);
  }

  private static boolean hasHook(YamlNode drain) {
    return drain instanceof YamlNode.Mapping mapping && mapping.find("run").isPresent();
  }

  /** Where the old one ends before the new one starts there is nothing to count. */
  private static void noDrain(Section worker, WorkReader kind) {
    worker
        .entry("drain")
        .ifPresent(e ->
            worker
                .problems()
                .add(
                    "VALUE",
                    e.position(),
                    e.path(),
                    "drain is for restart: overlap, and this worker restarts stop-start; "
                        + (kind.overlaps() ? "say restart: overlap, or " : "")
                        + "take drain out"));
  }

  private static void refuse(Section worker, List<String> keys, String why) {
    if (worker.node("drain").orElse(null) instanceof YamlNode.Mapping drain) {
      for (String key : keys) {
        drain
            .find(key)
            .ifPresent(e -> worker.problems().add("VALUE", e.position(), e.path(), key + why));
      }
    }
  }
}
