package dev.pullcord.server.githost.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jgit.internal.storage.file.FileRepository;

/** The packs on the disk, each a {@code pack-….pack} that has its index beside it. */
public final class PackNames {
  private static final String PACK = ".pack";
  private static final String INDEX = ".idx";

  private PackNames() {}

  /** Those of that repository, without the ends of their names. */
  public static Set<String> of(FileRepository repository) throws IOException {
    Path folder = folder(repository);
    Set<String> names = new TreeSet<>();
    if (Files.isDirectory(folder)) {
      try (var files = Files.newDirectoryStream(folder, "pack-*" + PACK)) {
        for (Path file : files) {
          String name = file.getFileName().toString();
          names.add(name.substring(0, name.length() - PACK.length()));
        }
      }
    }
    names.removeIf(name -> !Files.exists(index(repository, name)));
    return names;
  }

  /** The file with the objects. */
  public static Path pack(FileRepository repository, String name) {
    return folder(repository).resolve(name + PACK);
  }

  /** The file that says where in the pack each object is. */
  public static Path index(FileRepository repository, String name) {
    return folder(repository).resolve(name + INDEX);
  }

  private static Path folder(FileRepository repository) {
    return repository.getObjectDatabase().getPackDirectory().toPath();
  }
}
