package dev.pullcord.server.githost.repository;

import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.pack.PackConfig;

/**
 * How packs for agents are made. Deltas that somebody pushed are not passed on, since one against a
 * large file takes the memory of a small agent; the server makes its own against small files only.
 */
public final class PackSettings {
  private static final int DELTA_MAX_BYTES = 1 << 20;

  private PackSettings() {}

  /**
   * Settings for one pack.
   *
   * @param deltas whether to search for deltas: worth it for an update, not for a whole history
   */
  public static PackConfig forAgents(Repository repository, boolean deltas) {
    PackConfig config = new PackConfig(repository);
    config.setReuseDeltas(false);
    config.setDeltaCompress(deltas);
    config.setBigFileThreshold(DELTA_MAX_BYTES);
    config.setThreads(1);
    return config;
  }
}
