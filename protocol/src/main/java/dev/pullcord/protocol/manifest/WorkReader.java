package dev.pullcord.protocol.manifest;

import dev.pullcord.protocol.yaml.Section;
import java.util.List;
import java.util.Optional;

/** Reads what only one kind of worker has, and says what else goes with that kind. */
interface WorkReader {
  /** The word of the manifest. */
  String kind();

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

  /** Whether it is well is known without a health check. */
  default boolean knowsItsHealth() {
    return false;
  }

  /** Whether a command tells an old generation to take no more work. */
  default boolean hasDrainHook() {
    return false;
  }
}
