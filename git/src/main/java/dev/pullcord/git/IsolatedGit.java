package dev.pullcord.git;

import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.FS_POSIX;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Cuts JGit off from the host: it reads no git configuration but the repository's own, no
 * environment, starts no program and writes nothing outside the repository.
 *
 * <p>Left alone it starts {@code git --version}, {@code git config --system} and {@code sh -c
 * umask}, writes {@code ~/.config/jgit/config} and measures the file system with thousands of probe
 * files.
 */
public final class IsolatedGit extends SystemReader.Delegate {
  private static final int UMASK = 0077;

  private IsolatedGit(SystemReader host) {
    super(host);
  }

  /**
   * How much of a repository is held in memory.
   *
   * @param cacheBytes of packs, and as much again of bases of deltas
   * @param streamFromBytes from what size on an object is never held whole
   */
  public record Memory(int cacheBytes, int streamFromBytes) {}

  /** Once for the process, before anything else of JGit is used; again changes nothing. */
  public static synchronized void install(Memory most) {
    SystemReader present = SystemReader.getInstance();
    if (present instanceof IsolatedGit) {
      return;
    }
    SystemReader.setInstance(new IsolatedGit(present));
    if (FS.DETECTED instanceof FS_POSIX posix) {
      posix.setUmask(UMASK);
    }
    WindowCacheConfig memory = new WindowCacheConfig();
    memory.setPackedGitLimit(most.cacheBytes());
    memory.setDeltaBaseCacheLimit(most.cacheBytes());
    memory.setStreamFileThreshold(most.streamFromBytes());
    memory.setExposeStatsViaJmx(false);
    memory.install();
  }

  @Override
  public @Nullable String getenv(String variable) {
    return null;
  }

  @Override
  public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
    return new NoFile(parent, fs);
  }

  @Override
  public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
    return new NoFile(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
    return new NoFile(parent, fs);
  }

  @Override
  public StoredConfig getUserConfig() {
    return new NoFile(null, FS.DETECTED);
  }

  @Override
  public StoredConfig getSystemConfig() {
    return new NoFile(null, FS.DETECTED);
  }

  @Override
  public StoredConfig getJGitConfig() {
    return new NoFile(null, FS.DETECTED);
  }

  /** A configuration without a file: empty, but for what JGit would otherwise measure. */
  private static final class NoFile extends FileBasedConfig {
    NoFile(@Nullable Config parent, FS fs) {
      super(parent, null, fs);
    }

    @Override
    public void load() {
      // There is nothing to read.
    }

    @Override
    public void save() {
      // JGit saves what it measured; there is nothing worth keeping.
    }

    @Override
    public boolean isOutdated() {
      return false;
    }

    @Override
    public long getTimeUnit(
        String section, @Nullable String subsection, String name, long preset, TimeUnit unit) {
      if (ConfigConstants.CONFIG_FILESYSTEM_SECTION.equals(section)) {
        // Coarser than any file system in use: racily clean files are looked at once more.
        return unit.convert(10, TimeUnit.MILLISECONDS);
      }
      return super.getTimeUnit(section, subsection, name, preset, unit);
    }

    @Override
    public String toString() {
      return "no configuration";
    }
  }
}
