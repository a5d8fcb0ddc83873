package dev.pullcord.agent.source;

import dev.pullcord.base.disk.FileFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;

/**
 * Looks for what is wrong with a mirror on disk, so that a fetch that fails blames the remote only
 * where the mirror is sound. Reads no object, so flipped bits within a pack are found by whoever
 * reads them.
 */
final class MirrorCheck {
  private static final Pattern REF =
      Pattern.compile("(ref: refs/[^\\x00-\\x20]+|[0-9a-f]{40})\\s*");
  private static final int REF_BYTES_MAX = 4096;

  private final Path directory;

  MirrorCheck(Path directory) {
    this.directory = directory;
  }

  /** What is wrong with it, in a few words; nothing when it is sound. */
  Optional<String> damage() {
    try {
      files();
      objects();
      return Optional.empty();
    } catch (DamagedException | IOException | RuntimeException e) {
      return Optional.of(FileFault.of(e));
    }
  }

  private static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }

  private void files() throws DamagedException, IOException {
    for (String name : List.of("", "objects", "objects/pack", "refs")) {
      Path path = directory.resolve(name);
      String shown = name.isEmpty() ? directory.toString() : name;
      require(Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS), shown + " is no directory");
      require(Files.isWritable(path), shown + " cannot be written");
    }
    for (String name : List.of("alternates", "http-alternates")) {
      boolean there = Files.exists(directory.resolve("objects/info").resolve(name));
      require(!there, "objects/info/" + name + " leads elsewhere");
    }
    ref(directory.resolve("HEAD"), "HEAD");
    FileBasedConfig config =
        new FileBasedConfig(null, directory.resolve("config").toFile(), FS.DETECTED);
    try {
      require(Files.isRegularFile(directory.resolve("config")), "config is no file");
      config.load();
    } catch (ConfigInvalidException e) {
      throw new DamagedException("config cannot be read: " + e.getMessage());
    }
    require(config.getBoolean("core", "bare", false), "config does not say that it is bare");
    require(config.getSubsections("extensions").isEmpty(), "config has extensions");
    Files.walkFileTree(
        directory.resolve("refs"),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!file.toString().endsWith(".lock")) {
              try {
                ref(file, directory.relativize(file).toString());
              } catch (DamagedException e) {
                throw new IOException(e.getMessage(), e);
              }
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void ref(Path file, String name) throws DamagedException, IOException {
    require(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS), name + " is no file");
    require(Files.size(file) <= REF_BYTES_MAX, name + " is no ref");
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    require(REF.matcher(text).matches(), name + " is no ref");
  }

  private void objects() throws DamagedException, IOException {
    try (DirectoryStream<Path> packs =
        Files.newDirectoryStream(directory.resolve("objects/pack"), "pack-*.idx")) {
      for (Path index : packs) {
        String pack = index.getFileName().toString().replaceFirst("idx$", "pack");
        require(Files.isRegularFile(index.resolveSibling(pack)), pack + " is missing");
      }
    }
    // Opened anew: what is kept in memory may be of another time.
    try (FileRepository repository = new FileRepository(directory.toFile())) {
      for (Pack pack : repository.getObjectDatabase().getPacks()) {
        pack.getIndex();
      }
      for (Ref ref : repository.getRefDatabase().getRefs()) {
        ObjectId id = ref.getObjectId();
        require(
            id == null || repository.getObjectDatabase().has(id),
            ref.getName() + " leads to an object that is not there");
      }
    }
  }

  private static void require(boolean sound, String otherwise) throws DamagedException {
    if (!sound) {
      throw new DamagedException(otherwise);
    }
  }
}
