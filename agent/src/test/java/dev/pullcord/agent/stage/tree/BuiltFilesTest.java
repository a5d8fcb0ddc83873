package dev.pullcord.agent.stage.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was built in a directory is compared with what lies there later. */
class BuiltFilesTest {
  @TempDir private Path tree;
  private Path elsewhere;

  @BeforeEach
  void build(@TempDir Path other) throws IOException {
    elsewhere = Files.createFile(other.resolve("python3"));
    Files.writeString(tree.resolve("index"), "words\n");
    Files.createDirectories(tree.resolve("bin/__pycache__"));
    Files.createSymbolicLink(tree.resolve("bin/python"), elsewhere);
    Files.createSymbolicLink(tree.resolve("bin/nowhere"), Path.of("nothing"));
    Files.writeString(tree.resolve("bin/__pycache__/a.pyc"), "compiled");
    Files.writeString(tree.resolve("of two\nlines"), "x");
    Files.writeString(tree.resolve("a carriage\rreturn"), "x");
    BuiltFiles.note(tree);
  }

  private String found() {
    Differences found = BuiltFiles.of(tree, "venv");
    return found.none() ? "" : found.text();
  }

  @Test
  void whatIsAsItWasIsNoDamage() {
    assertThat(found()).isEmpty();
  }

  @Test
  void anInterpreterThatIsGoneFromTheHostIsSeen() throws IOException {
    Files.delete(elsewhere);

    assertThat(found())
        .isEqualTo("1 path is not as it was built: \"venv/bin/python\" leads to nothing");
  }

  @Test
  void whatPythonCompilesLaterIsNoDamageAndWhatElseAppearsIs() throws IOException {
    Files.writeString(tree.resolve("bin/__pycache__/b.pyc"), "more");
    assertThat(found()).isEmpty();
    Files.writeString(tree.resolve("bin/__pycache__/a.pyc"), "x");
    Files.writeString(tree.resolve("planted"), "x");

    assertThat(found())
        .isEqualTo(
            "2 paths are not as it was built: \"venv/bin/__pycache__/a.pyc\" has 1 bytes instead"
                + " of 8, \"venv/planted\" has appeared");
  }

  @Test
  void aFileThatCannotBeRunAnyMoreIsSeen() throws IOException {
    Files.setPosixFilePermissions(
        tree.resolve("index"), PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThat(found()).contains("\"venv/index\" is a program instead of a file");
  }

  @Test
  void aDirectoryThatIsGoneOrEmptyIsSeenAndOneWithoutAListIsLeftAlone() throws IOException {
    assertThat(BuiltFiles.of(tree.resolve("none"), "venv").text()).contains("\"venv\" is gone");
    Path empty = Files.createDirectory(elsewhere.resolveSibling("empty"));
    assertThat(BuiltFiles.of(empty, "venv").none()).isFalse();
    Files.delete(tree.resolve(BuiltFiles.LIST));
    Files.delete(tree.resolve("index"));
    assertThat(found()).isEmpty();
  }

  @Test
  void aListOfGarbageIsSeenAsDamage() throws IOException {
    Files.setPosixFilePermissions(
        tree.resolve(BuiltFiles.LIST), PosixFilePermissions.fromString("rw-------"));
    Files.write(tree.resolve(BuiltFiles.LIST), new byte[] {-1, ' ', 'x', '\n', 0});

    assertThat(found()).contains("has appeared");
  }
}
