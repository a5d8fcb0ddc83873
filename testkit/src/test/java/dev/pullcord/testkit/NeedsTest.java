package dev.pullcord.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeedsTest {
  @TempDir Path directory;

  @Test
  void findsAProgramAsAShellDoes() throws Exception {
    Path program = Files.createFile(directory.resolve("tool"));
    assertThat(Needs.find("tool", "/nowhere:" + directory)).isEmpty();
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(Needs.find("tool", "/nowhere::" + directory)).contains(program);
  }

  @Test
  void doesNotTakeAFolderForAProgram() throws Exception {
    Files.createDirectory(directory.resolve("tool"));
    assertThat(Needs.find("tool", directory.toString())).isEmpty();
    assertThat(Needs.find("tool", null)).isEmpty();
  }
}
