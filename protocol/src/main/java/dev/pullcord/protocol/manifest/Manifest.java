package dev.pullcord.protocol.manifest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A manifest that has passed every check of {@link ManifestParser}; maps keep the order of the
 * file.
 *
 * @param bundles by name
 * @param python what its Python needs; null for nothing
 * @param prepare commands that build what a release needs, in this order
 * @param check commands that decide whether a release may be switched to
 * @param workers by name
 */
public record Manifest(
    Map<String, Bundle> bundles,
    @Nullable PythonSpec python,
    List<CommandSpec> prepare,
    List<CommandSpec> check,
    Map<String, WorkerSpec> workers) {
  /** The file's name, always at the root of the repository. */
  public static final String FILE = "pullcord.yaml";

  /** The version that this program understands. */
  public static final int VERSION = 1;

  /** Copies. */
  public Manifest {
    bundles = Collections.unmodifiableMap(new LinkedHashMap<>(bundles));
    prepare = List.copyOf(prepare);
    check = List.copyOf(check);
    workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
  }

  /** The bundle that owns a repository path: the one with the longest matching prefix. */
  public Optional<Bundle> bundleOf(String path) {
    return bundles.values().stream()
        .filter(b -> b.longestPrefix(path) >= 0)
        .max(java.util.Comparator.comparingInt(b -> b.longestPrefix(path)));
  }
}
