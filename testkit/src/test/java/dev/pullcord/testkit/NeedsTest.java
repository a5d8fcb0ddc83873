package dev.pullcord.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

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
  void whatTheMachineCannotDoSkipsATestAndIsNoted() throws Exception {
    String root = System.setProperty("pullcord.root", directory.toString());
    try {
      Needs.works("a machine that can", "take another", List.of("true"));
      assertThatThrownBy(() -> Needs.works("a machine that can", "take another", List.of("false")))
          .isInstanceOf(TestAbortedException.class)
          .hasMessage("a machine that can is missing: take another");
    } finally {
      System.setProperty("pullcord.root", root);
    }
    assertThat(directory.resolve("build/missing-tools"))
        .content()
        .startsWith("a machine that can\ttake another\t");
  }

  @Test
  void doesNotTakeAFolderForAProgram() throws Exception {
    Files.createDirectory(directory.resolve("tool"));
    assertThat(Needs.find("tool", directory.toString())).isEmpty();
    assertThat(Needs.find("tool", null)).isEmpty();
  }
}
