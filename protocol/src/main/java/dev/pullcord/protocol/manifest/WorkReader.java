package dev.pullcord.protocol.manifest;

import dev.pullcord.protocol.yaml.Section;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Reads what only one kind of worker has, and says what else goes with that kind. A file in {@code
 * META-INF/services} names all of them, in the order in which messages do.
 */
public interface WorkReader {
  /** One for each kind. */
  static List<WorkReader> all() {
    return Found.ALL;
  }

  /** What is kept with that word, which is the manifest's in capitals. */
  static Class<? extends Work> kept(String word) {
    return Found.ALL.stream()
        .filter(reader -> reader.kind().toUpperCase(Locale.ROOT).equals(word))
        .map(WorkReader::work)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no kind of worker: " + word));
  }

  /** Those that were found when they were first asked for. */
  final class Found {
    private static final List<WorkReader> ALL =
        ServiceLoader.load(WorkReader.class, WorkReader.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();

    private Found() {}
  }

  /** The word of the manifest. */
  String kind();

  /** The record that comes of it. */
  Class<? extends Work> work();

  /** The keys that no other kind may have. */
  List<String> keys();

  /** Those of them that have to be there. */
  List<String> required();

  /** Reads the keys, in every kind of worker, so that a wrong value at the wrong worker shows. */
  Optional<Work> read(Section worker);

  /** Refuses what is said of any worker and cannot be said of this kind. */
  default void fits(Section worker, WorkerSpec.Restart restart) {}

  /** How it restarts where nothing is said. */
  default WorkerSpec.Restart usualRestart() {
    return WorkerSpec.Restart.STOP_START;
  }

  /** Whether it may overlap. */
  default boolean overlaps() {
    return true;
  }

  /** Whether it can prove by itself that it works: {@code health: {kind: celery}}. */
  default boolean hasOwnProof() {
    return false;
  }

  /** Whether a command tells an old generation to take no more work. */
  default boolean hasDrainHook() {
    return false;
  }
}
