package dev.pullcord.base.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Says who may do what with a file. */
public final class FileModes {
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private FileModes() {}

  /** Whether anybody but the owner may do anything with the file, or with what a link leads to. */
  public static boolean openToOthers(Path file) throws IOException {
    return Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
  }
}
