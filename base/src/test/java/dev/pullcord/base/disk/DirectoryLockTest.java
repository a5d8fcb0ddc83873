package dev.pullcord.base.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
  private static final String PID = Long.toString(ProcessHandle.current().pid());

  @TempDir Path state;

  @Test
  void whoComesSecondIsToldOfTheFirst() throws IOException {
    try (DirectoryLock _ = DirectoryLock.take(state)) {
      assertThatThrownBy(() -> DirectoryLock.take(state))
          .isInstanceOfSatisfying(
              DirectoryLock.HeldException.class, e -> assertThat(e.pid()).isEqualTo(PID))
          .hasMessage(state + " is held by process " + PID);
    }
  }

  @Test
  void canBeTakenAgainAndLeavesAFileForItsOwnerAlone() throws IOException {
    Files.writeString(state.resolve("lock"), "a pid of long ago, 4711");
    Files.setPosixFilePermissions(
        state.resolve("lock"), PosixFilePermissions.fromString("rw-------"));
    DirectoryLock first = DirectoryLock.take(state);
    first.close();
    first.close();

    DirectoryLock.take(state).close();

    assertThat(state.resolve("lock")).hasContent(PID);
    assertThat(FileModes.openToOthers(state.resolve("lock"))).isFalse();
  }

  @Test
  void aLinkInItsPlaceIsNotFollowed() throws IOException {
    Path elsewhere = Files.writeString(state.resolve("elsewhere"), "precious");
    Files.createSymbolicLink(state.resolve("lock"), elsewhere);

    assertThatThrownBy(() -> DirectoryLock.take(state)).isInstanceOf(IOException.class);
    assertThat(elsewhere).hasContent("precious");
  }
}
