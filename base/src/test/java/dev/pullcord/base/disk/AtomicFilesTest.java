package dev.pullcord.base.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path temp;

  @Test
  void replacesAFileAlsoOverTheLeftoverOfAKill() throws IOException {
    Path file = temp.resolve("file");
    Files.writeString(file, "old");
    Files.writeString(temp.resolve("file.new"), "half");

    AtomicFiles.write(file, "new");

    assertThat(file).hasContent("new");
    assertThat(temp.resolve("file.new")).doesNotExist();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void swapsALinkAlsoOverTheLeftoverOfAKill() throws IOException {
    Path link = temp.resolve("link");
    Files.createSymbolicLink(link, Path.of("a"));
    Files.createSymbolicLink(temp.resolve("link.new"), Path.of("half"));

    AtomicFiles.swapLink(link, Path.of("b"));

    assertThat(AtomicFiles.readLink(link)).isEqualTo(Path.of("b"));
    assertThat(AtomicFiles.readLink(temp.resolve("none"))).isNull();
  }

  @Test
  void deletesATreeThatIsReadOnlyAndNotWhatItsLinksPointTo() throws IOException {
    Path outside = Files.writeString(temp.resolve("outside"), "stays");
    Path tree = Files.createDirectories(temp.resolve("tree/sub"));
    Files.writeString(tree.resolve("file"), "x");
    Files.createSymbolicLink(tree.resolve("link"), outside);
    Files.createSymbolicLink(tree.resolve("up"), temp);
    Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("r-xr-xr-x"));
    Files.setPosixFilePermissions(
        temp.resolve("tree"), PosixFilePermissions.fromString("r-xr-xr-x"));
    Path graveyard = Files.createDirectory(temp.resolve("tmp"));

    FileTrees.delete(temp.resolve("tree"), graveyard);

    assertThat(temp.resolve("tree")).doesNotExist();
    assertThat(graveyard).isEmptyDirectory();
    assertThat(outside).hasContent("stays");
  }

  @Test
  void deletesATreeOnAnotherFileSystemWhereItIs() throws IOException {
    Path tree = temp.resolve("tree");
    Files.createDirectories(tree.resolve("sub"));

    FileTrees.delete(tree);
    FileTrees.delete(tree);

    assertThat(tree).doesNotExist();
  }

  @Test
  void refusesToSwapWhatIsNoLink() throws IOException {
    Path directory = Files.createDirectory(temp.resolve("current"));

    assertThatThrownBy(() -> AtomicFiles.swapLink(directory, Path.of("b")))
        .hasMessage(directory + " is a directory, a link is expected; move it away");
  }

  @Test
  void whatIsMadePrivateIsForItsOwnerAlone() throws IOException {
    Path directory = temp.resolve("a/b");
    AtomicFiles.createPrivateDirectories(directory);
    Path file = directory.resolve("log");
    AtomicFiles.append(file, "one ");
    AtomicFiles.append(file, "two");
    AtomicFiles.writeUnforced(directory.resolve("mark"), "m");

    assertThat(file).hasContent("one two");
    assertThat(FileModes.openToOthers(file)).isFalse();
    assertThat(FileModes.openToOthers(directory.resolve("mark"))).isFalse();
    assertThat(FileModes.openToOthers(directory)).isFalse();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(FileModes.openToOthers(file)).isTrue();
  }
}
