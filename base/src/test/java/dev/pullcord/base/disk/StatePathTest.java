package dev.pullcord.base.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatePathTest {
  @TempDir Path temp;

  private Path directory(String modes) throws IOException {
    Path made = Files.createDirectory(temp.resolve("state"));
    Files.writeString(made.resolve("journal"), "x");
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(modes));
    return made;
  }

  private static String modes(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void whatOthersCanWriteIsRefusedWithTheCommandToRun() throws IOException {
    Path state = directory("rwxrwxrwx");

    assertThat(StatePath.passable(state).problem(false).orElseThrow())
        .startsWith("STATE_PERMISSIONS  " + state + " can be written by others (rwxrwxrwx)")
        .endsWith("chmod 0711 " + state);
    assertThat(StatePath.closed(state).problem(true).orElseThrow()).endsWith("chmod 0700 " + state);
    assertThat(modes(state)).as("a person has to look").isEqualTo("rwxrwxrwx");
  }

  @Test
  void whatOthersCanOnlyReadIsClosedToThem() throws IOException {
    Path state = directory("rwxr-xr-x");
    Path file = state.resolve("journal");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(StatePath.passable(state).problem(false)).isEmpty();
    assertThat(StatePath.file(file).problem(false)).isEmpty();

    assertThat(modes(state)).isEqualTo("rwx--x--x");
    assertThat(modes(file)).isEqualTo("rw-------");
    assertThat(StatePath.closed(state).problem(false)).isEmpty();
    assertThat(modes(state)).isEqualTo("rwx------");
  }

  @Test
  void lookingAloneChangesNothing() throws IOException {
    Path state = directory("rwxr-xr-x");

    assertThat(StatePath.closed(state).problemAsItIs(false)).isEmpty();
    assertThat(modes(state)).isEqualTo("rwxr-xr-x");
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(StatePath.closed(state).problemAsItIs(false).orElseThrow())
        .contains("can be written by others");
  }

  @Test
  void anEmptyDirectoryIsOnlyClosed() throws IOException {
    Path state = Files.createDirectory(temp.resolve("state"));
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxr-x"));

    assertThat(StatePath.passable(state).problem(false)).isEmpty();
    assertThat(modes(state)).isEqualTo("rwx--x--x");
  }

  @Test
  void aLinkIsNeverFollowed() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("tmp"), directory("rwx------"));

    assertThat(StatePath.closed(link).problem(true).orElseThrow())
        .startsWith("LINK_FOREIGN  " + link + " is a link to " + temp.resolve("state"))
        .endsWith("rm " + link);
  }

  @Test
  void aFileIsNoDirectory() throws IOException {
    Path file = directory("rwx------").resolve("journal");

    assertThat(StatePath.closed(file).problem(false).orElseThrow())
        .contains("is no directory, and one is expected; move it away");
    assertThat(StatePath.file(temp.resolve("state")).problem(false).orElseThrow())
        .contains("is no file");
    assertThat(StatePath.file(temp.resolve("nothing")).problem(false)).isEmpty();
  }

  @Test
  void whatBelongsToSomebodyElseIsRefused() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root gives files away");
    Path state = directory("rwx------");
    Files.setAttribute(state, "unix:uid", 12345);

    assertThat(StatePath.closed(state).problem(false).orElseThrow())
        .contains("belongs to user 12345, and this program runs as root")
        .endsWith("chown -R root " + state);
    assertThat(StatePath.closed(state).problem(true)).isEmpty();
  }
}
