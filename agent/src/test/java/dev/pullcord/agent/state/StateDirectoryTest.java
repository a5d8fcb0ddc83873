package dev.pullcord.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.protocol.error.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateDirectoryTest {
  @TempDir Path temp;

  @Test
  void theSecondAgentIsToldWhoHoldsIt() {
    Path path = temp.resolve("state");
    try (StateDirectory first = StateDirectory.open(path)) {
      assertThatThrownBy(() -> StateDirectory.open(path))
          .isInstanceOfSatisfying(
              StateDirectoryException.class,
              e -> {
                assertThat(e.code()).isEqualTo("ALREADY_RUNNING");
                assertThat(e.kind()).isEqualTo(ErrorKind.ENVIRONMENT);
              })
          .hasMessageContaining("ALREADY_RUNNING pid " + ProcessHandle.current().pid())
          .hasMessageContaining(first.root().toString());
    }
    StateDirectory.open(path).close();
  }

  @Test
  void leftoversGoAndNothingElseDoes() throws IOException {
    Path path = temp.resolve("state");
    StateDirectory.open(path).close();
    Path tree = Files.createDirectories(path.resolve("tmp/half/of"));
    Files.writeString(tree.resolve("a-release"), "x");
    Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("r-xr-xr-x"));
    Files.writeString(path.resolve("releases/kept"), "x");

    try (StateDirectory again = StateDirectory.open(path)) {
      assertThat(again.tmp()).isEmptyDirectory();
      assertThat(again.release("kept")).exists();
    }
  }

  @Test
  void whatIsSecretIsForItsOwnerAlone() throws IOException {
    try (StateDirectory state = StateDirectory.open(temp.resolve("state"))) {
      assertThat(Files.getPosixFilePermissions(state.passes())).hasSize(3);
      assertThat(Files.getPosixFilePermissions(state.spool())).hasSize(3);
      // A worker of another user passes through to its release, and lists nothing.
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.root())))
          .isEqualTo("rwx--x--x");
    }
  }

  private static void modes(Path path, String modes) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(modes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "tmp", "spool", "passes", "releases", "generations", "cache", "repo.git"})
  void whatOthersCanWriteIsRefusedWithTheCommandToRun(String part) throws IOException {
    Path state = temp.resolve("state");
    StateDirectory.open(state).close();
    Path open = Files.createDirectories(state.resolve(part));
    Files.writeString(open.resolve("planted"), "x");
    modes(open, "rwxrwxrwx");

    assertThatThrownBy(() -> StateDirectory.open(state))
        .isInstanceOf(StateDirectoryException.class)
        .hasMessageContaining("STATE_PERMISSIONS  " + open + " can be written by others")
        .hasMessageContaining("chmod 07");
    assertThat(open.resolve("planted")).exists();
    modes(open, "rwx------");
    StateDirectory.open(state).close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tmp",
        "spool",
        "passes",
        "releases",
        "generations",
        "cache",
        "repo.git",
        "journal",
        "desired.json",
        "identity.key",
        "workers-at-boot"
      })
  void aLinkInThePlaceOfAPartIsRefusedAndWhatItLeadsToIsLeftAlone(String part) throws IOException {
    Path state = temp.resolve("state");
    StateDirectory.open(state).close();
    Path treasure = Files.createDirectories(temp.resolve("treasure/sub"));
    Files.writeString(treasure.resolve("file"), "x");
    FileTrees.delete(state.resolve(part));
    Files.createSymbolicLink(state.resolve(part), temp.resolve("treasure"));

    assertThatThrownBy(() -> StateDirectory.open(state))
        .hasMessageContaining("LINK_FOREIGN  " + state.resolve(part) + " is a link to ")
        .hasMessageContaining("rm " + state.resolve(part));
    assertThat(treasure.resolve("file")).exists();
  }

  @Test
  void whatOthersCouldReadIsClosedToThem() throws IOException {
    Path state = temp.resolve("state");
    Path log = Files.createDirectories(state.resolve("generations/7")).resolve("log");
    Files.createDirectories(state.resolve("repo.git"));
    for (Path file : List.of(log, state.resolve("journal"), state.resolve("desired.json"))) {
      Files.writeString(file, "x");
      modes(file, "rw-r--r--");
    }
    modes(state.resolve("repo.git"), "rwxr-xr-x");

    StateDirectory.open(state).close();

    for (Path file : List.of(log, state.resolve("journal"), state.resolve("desired.json"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .as(file.toString())
          .isEqualTo("rw-------");
    }
    assertThat(Files.getPosixFilePermissions(state.resolve("repo.git"))).hasSize(3);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(state.resolve("generations/7"))))
        .isEqualTo("rwx--x--x");
  }

  @Test
  void oneThatBelongsToSomebodyElseIsForRootToGiveBackAndOnlyToJoinFor() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root gives files away");
    Path state = temp.resolve("state");
    StateDirectory.open(state).close();
    Files.setAttribute(state, "unix:uid", 12345);

    assertThatThrownBy(() -> StateDirectory.open(state))
        .hasMessageContaining("belongs to user 12345")
        .hasMessageContaining("chown -R root " + state);
    StateDirectory.openForItsOwner(state).close();
  }

  @Test
  void releasesOnAnotherFileSystemAreRefusedAtTheStart() throws IOException, InterruptedException {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root mounts");
    Path state = temp.resolve("state");
    StateDirectory.open(state).close();
    String releases = state.resolve("releases").toString();
    boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=1m,mode=711", "none", releases) == 0;
    assumeTrue(mounted, "this host lets nobody mount");
    try {
      assertThatThrownBy(() -> StateDirectory.open(state))
          .hasMessageContaining("STATE_FILE_SYSTEMS  " + releases)
          .hasMessageContaining("lie on different file systems");
    } finally {
      assertThat(run("umount", releases)).isZero();
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
