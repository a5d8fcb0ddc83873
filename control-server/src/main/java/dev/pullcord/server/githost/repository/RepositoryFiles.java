package dev.pullcord.server.githost.repository;

import dev.pullcord.git.HalfPacks;
import dev.pullcord.git.IsolatedGit;
import dev.pullcord.git.RepositoryLeftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.RepositoryCache;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.util.FS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and opens the files of a bare repository, and mends what a kill left behind in them: old
 * lock files and half-received packs. That is safe because the state directory is locked.
 */
final class RepositoryFiles {
  private static final Logger LOG = LoggerFactory.getLogger(RepositoryFiles.class);
  private static final int DELTA_MAX_BYTES = 1 << 20;
  static final IsolatedGit.Memory MEMORY = new IsolatedGit.Memory(16 << 20, 8 << 20);

  private RepositoryFiles() {}

  /**
   * An empty repository whose HEAD is on {@code main}; one that was made by halves is completed.
   */
  static FileRepository make(Path gitDir) throws IOException {
    IsolatedGit.install(MEMORY);
    Files.createDirectories(gitDir);
    FileRepository repository = new FileRepository(gitDir.toFile());
    if (!repository.getObjectDatabase().exists()) {
      repository.create(true);
    }
    RefUpdate head = repository.updateRef(Constants.HEAD);
    head.disableRefLog();
    head.link(Constants.R_HEADS + "main");
    configure(repository.getConfig());
    return repository;
  }

  /** One that is there. */
  static FileRepository open(Path gitDir) throws IOException {
    IsolatedGit.install(MEMORY);
    sweep(gitDir);
    for (Path pack : HalfPacks.bringBack(gitDir)) {
      LOG.warn("{} was put aside by a start that did not end, and is back", pack);
    }
    for (Path index : HalfPacks.putDamagedIndexesAside(gitDir)) {
      LOG.warn("{} is damaged, and put aside", index);
    }
    if (!RepositoryCache.FileKey.isGitRepository(gitDir.toFile(), FS.DETECTED)) {
      throw new IOException(
          gitDir
              + " is no git repository: objects, refs and a HEAD like \"ref: refs/heads/main\" are"
              + " expected there; mend it by hand, or restore a backup into an empty directory"
              + " (pullcord-server restore)");
    }
    FileRepository repository = new FileRepository(gitDir.toFile());
    configure(repository.getConfig());
    for (Path half : RepositoryLeftovers.halves(gitDir)) {
      boolean whole = HalfPacks.complete(repository, half);
      LOG.warn(
          "{} had no index; {}", half, whole ? "made it again" : "it is damaged, and put aside");
    }
    return repository;
  }

  private static void configure(StoredConfig config) throws IOException {
    String before = config.toText();
    config.setBoolean("core", null, "logAllRefUpdates", true);
    config.setBoolean("core", null, "fsyncObjectFiles", true);
    config.setBoolean("core", null, "fsyncRefFiles", true);
    config.setBoolean("receive", null, "fsckObjects", true);
    config.setBoolean("receive", null, "autogc", false); // packs are merged here, by Upkeep
    config.setBoolean("http", null, "receivepack", true);
    // No delta against a large file: that would take the memory of whoever applies it.
    config.setInt("core", null, "bigFileThreshold", DELTA_MAX_BYTES);
    config.setInt("pack", null, "threads", 1);
    if (!before.equals(config.toText())) {
      config.save();
    }
  }

  private static void sweep(Path gitDir) throws IOException {
    for (Path file : RepositoryLeftovers.in(gitDir)) {
      LOG.info("removing {}, left by a process that was killed", file);
      Files.deleteIfExists(file);
    }
  }
}
