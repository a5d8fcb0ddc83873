package dev.pullcord.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.host.process.Programs;
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

    AtomicFiles.deleteTree(temp.resolve("tree"), graveyard);

    assertThat(temp.resolve("tree")).doesNotExist();
    assertThat(graveyard).isEmptyDirectory();
    assertThat(outside).hasContent("stays");
  }

  @Test
  void aProgramIsFoundInTheReleaseBeforePath() throws IOException {
    Path release = Files.createDirectories(temp.resolve("release/bin"));
    Path own = Files.writeString(release.resolve("tool"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("r-xr-xr-x"));
    Files.writeString(release.resolve("data"), "no program");
    var env = java.util.Map.of("PATH", "/usr/bin:/bin");
    Path root = temp.resolve("release");

    assertThat(Programs.resolve(java.util.List.of("bin/tool", "x"), root, env))
        .contains(java.util.List.of(own.toString(), "x"));
    assertThat(Programs.resolve(java.util.List.of("sh"), root, env).orElseThrow().getFirst())
        .matches("/(usr/)?bin/sh");
    assertThat(Programs.resolve(java.util.List.of("/bin/sh"), root, env)).isPresent();
    assertThat(Programs.resolve(java.util.List.of("bin/data"), root, env)).isEmpty();
    assertThat(Programs.resolve(java.util.List.of("no-such-tool"), root, env)).isEmpty();
  }
}
