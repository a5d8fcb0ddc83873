package dev.pullcord.git.pack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;

/** Objects that are files of their own. Only a git command that is run by hand makes any. */
public final class LooseObjects {
  private static final int DIRECTORY_DIGITS = 2;

  private LooseObjects() {}

  /** Puts all of them into packs. */
  public static void pack(FileRepository repository) throws IOException {
    List<Path> files = files(repository);
    for (int from = 0; from < files.size(); from += PackCopy.OBJECTS_MAX) {
      List<Path> some = files.subList(from, Math.min(from + PackCopy.OBJECTS_MAX, files.size()));
      PackCopy.of(repository, some.stream().map(LooseObjects::id).toList());
      for (Path file : some) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** The files: {@code objects/ab/cdef…}. */
  static List<Path> files(FileRepository repository) {
    List<Path> files = new ArrayList<>();
    File top = repository.getObjectsDirectory();
    File[] directories = top.listFiles(d -> d.getName().matches("[0-9a-f]{2}"));
    for (File directory : directories == null ? new File[0] : directories) {
      String[] names = directory.list((_, name) -> name.matches("[0-9a-f]{38}"));
      for (String name : names == null ? new String[0] : names) {
        files.add(directory.toPath().resolve(name));
      }
    }
    return files;
  }

  static ObjectId id(Path file) {
    Path directory = file.getParent();
    String first = directory == null ? "" : directory.getFileName().toString();
    return ObjectId.fromString(first.substring(0, DIRECTORY_DIGITS) + file.getFileName());
  }
}
