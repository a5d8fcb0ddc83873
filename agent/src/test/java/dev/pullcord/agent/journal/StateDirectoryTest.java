package dev.pullcord.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.error.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    Files.setPosixFilePermissions(
        tree, java.nio.file.attribute.PosixFilePermissions.fromString("r-xr-xr-x"));
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
      assertThat(
              java.nio.file.attribute.PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(state.root())))
          .isEqualTo("rwx--x--x");
    }
  }
}
