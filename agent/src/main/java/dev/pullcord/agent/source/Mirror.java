package dev.pullcord.agent.source;

import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.git.RepositoryLeftovers;
import dev.pullcord.git.pack.PackMerge;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.util.FS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bare repository on disk. Everything in it can be fetched again, so whatever is wrong with it
 * is answered by throwing it away. Owns stale lock files and half-written packs of an agent that
 * was killed.
 */
final class Mirror implements AutoCloseable {
  private static final int HAVES_MAX = 256;
  private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);

  private final Path directory;
  private final Path aside;
  private final int protocol;
  private FileRepository repository;

  /**
   * @param directory {@code repo.git}
   * @param aside where a damaged one is put, on the same file system
   */
  Mirror(Path directory, Path aside, int protocol) throws IOException {
    this.directory = directory;
    this.aside = aside;
    this.protocol = protocol;
    sweep();
    this.repository = open();
  }

  Repository repository() {
    return repository;
  }

  /** Puts the damaged one aside and begins with an empty one. */
  void replace(String reason) throws IOException {
    LOG.warn("the mirror {} is damaged ({}); fetching it anew", directory, reason);
    repository.close();
    FileTrees.delete(aside);
    Files.createDirectories(aside.getParent());
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      AtomicFiles.rename(directory, aside);
    }
    repository = open();
  }

  /** Packs what the fetches brought into one pack; what no ref reaches stays for two weeks. */
  String repack() throws IOException {
    try (Git git = Git.wrap(repository)) {
      Properties statistics = git.gc().call();
      return statistics.get("numberOfPackFiles") + " packs";
    } catch (GitAPIException e) {
      throw new IOException("repacking " + directory + ": " + e.getMessage(), e);
    }
  }

  /** Makes one pack of the small ones, quickly and without a look at what is needed. */
  int merge() throws IOException {
    return new PackMerge(repository).run();
  }

  /** Whether a ref leads to something that cannot be found any more: then a pack was lost. */
  boolean lostObjects() throws IOException {
    for (Ref ref : repository.getRefDatabase().getRefs()) {
      ObjectId id = ref.getObjectId();
      if (id != null && !repository.getObjectDatabase().has(id)) {
        return true;
      }
    }
    return false;
  }

  /** What is wrong with it on disk, in a few words. */
  Optional<String> damage() {
    return new MirrorCheck(directory).damage();
  }

  int packs() {
    String[] names = directory.resolve("objects/pack").toFile().list((d, n) -> n.endsWith(".pack"));
    return names == null ? 0 : names.length;
  }

  @Override
  public void close() {
    repository.close();
  }

  private FileRepository open() throws IOException {
    File gitDir = directory.toFile();
    FileRepositoryBuilder builder =
        new FileRepositoryBuilder().setGitDir(gitDir).setBare().setFS(FS.DETECTED);
    boolean usable = Files.exists(directory, LinkOption.NOFOLLOW_LINKS);
    Optional<String> damage = usable ? damage() : Optional.empty();
    if (damage.isPresent()) {
      LOG.warn("the mirror {} is damaged ({}); fetching it anew", directory, damage.get());
      FileTrees.delete(directory);
      usable = false;
    }
    FileRepository opened = new FileRepository(builder.setup());
    if (!usable) {
      opened.create(true);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
    configure(opened.getConfig());
    return opened;
  }

  private void configure(StoredConfig config) throws IOException {
    String before = config.toText();
    config.setString("protocol", null, "version", Integer.toString(protocol));
    // With protocol 2 it would name all its commits to a server that knows none of them.
    config.setInt("fetch", null, "maxHaves", HAVES_MAX);
    config.setString("http", null, "followRedirects", "false");
    config.setString("gc", null, "prunePackExpire", "now");
    // Not in the background of a fetch, but when we say so.
    config.setInt("gc", null, "auto", 0);
    config.setBoolean("gc", null, "autoDetach", false);
    config.setInt("gc", null, "autoPackLimit", 0);
    config.setBoolean("pack", null, "buildBitmaps", false);
    // To search for deltas holds ten files and more at once; those that came stay.
    config.setBoolean("pack", null, "deltaCompression", false);
    config.setString("core", null, "bigFileThreshold", "1m");
    config.setInt("pack", null, "threads", 1);
    config.setString("pack", null, "windowMemory", "4m");
    config.setString("core", null, "logAllRefUpdates", "false");
    if (!before.equals(config.toText())) {
      config.save();
    }
  }

  /**
   * Whatever made these ended: the state directory's lock is ours, and nothing of this process
   * works in the mirror now.
   *
   * @return whether there was anything
   */
  boolean sweep() throws IOException {
    List<Path> leftovers = new ArrayList<>(RepositoryLeftovers.in(directory));
    leftovers.addAll(RepositoryLeftovers.halves(directory));
    for (Path path : leftovers) {
      LOG.info("removing {}, left by an agent that was killed", path);
      Files.deleteIfExists(path);
    }
    return !leftovers.isEmpty();
  }
}
