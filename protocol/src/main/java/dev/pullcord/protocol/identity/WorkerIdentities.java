package dev.pullcord.protocol.identity;

import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.BundlePaths;
import dev.pullcord.protocol.manifest.Manifest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives each worker of a manifest its identity: the one rule for which workers a change touches.
 */
public final class WorkerIdentities {
  private WorkerIdentities() {}

  /**
   * The identities by worker name, in the order of the manifest.
   *
   * @param manifest with the workers of one node
   * @param files of the release; only those of a bundle with {@code on-change: restart} count
   * @param venv the key of the workers' Python environment; null when there is none
   */
  public static Map<String, WorkerIdentity> of(
      Manifest manifest, Collection<ReleaseFile> files, @Nullable String venv) {
    BundlePaths bundles = new BundlePaths(manifest);
    List<ReleaseFile> restartFiles =
        files.stream().filter(file -> restarts(bundles.owner(file.path()))).toList();
    Map<String, WorkerIdentity> identities = new LinkedHashMap<>();
    manifest
        .workers()
        .forEach(
            (name, worker) -> identities.put(name, WorkerIdentity.of(worker, restartFiles, venv)));
    return identities;
  }

  private static boolean restarts(@Nullable Bundle bundle) {
    return bundle != null && bundle.onChange() == Bundle.OnChange.RESTART;
  }
}
