package dev.pullcord.server.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.base.disk.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateAccessTest {
  @TempDir Path temp;
  private Path state;

  @BeforeEach
  void make() throws IOException {
    state = temp.resolve("state");
    for (String name : new String[] {"tls", "repositories"}) {
      StateFiles.directory(state.resolve(name));
    }
    StateFiles.directory(state);
    for (String name : new String[] {"store.db", "tls/agents.key", "tls/people.key"}) {
      AtomicFiles.write(state.resolve(name), "x");
    }
  }

  private static void modes(Path path, String modes) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(modes));
  }

  @Test
  void whatInitMadeIsTrusted() throws IOException {
    StateAccess.check(state);
    StateAccess.check(temp.resolve("nothing"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tls", "repositories", "store.db"})
  void whatOthersCanWriteIsRefused(String part) throws IOException {
    Path open = state.resolve(part);
    Files.createDirectories(state.resolve("repositories/fleet.git"));
    modes(open, "rwxrwxrwx");

    assertThatThrownBy(() -> StateAccess.check(state))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("STATE_PERMISSIONS  ")
        .hasMessageContaining("chmod 0" + (part.equals("store.db") ? "600 " : "700 "));
  }

  @Test
  void aKeyThatOthersCanReadIsAPersonsToKnow() throws IOException {
    Path key = state.resolve("tls/agents.key");
    modes(key, "rw-r--r--");

    assertThatThrownBy(() -> StateAccess.check(state))
        .hasMessageContaining("KEY_PERMISSIONS  " + key)
        .hasMessageContaining("chmod 0600 " + key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tls", "repositories", "store.db", "tls/people.key"})
  void aLinkIsRefused(String part) throws IOException {
    Path moved = temp.resolve("elsewhere");
    Files.move(state.resolve(part), moved);
    Files.createSymbolicLink(state.resolve(part), moved);

    assertThatThrownBy(() -> StateAccess.check(state))
        .hasMessageContaining("LINK_FOREIGN  " + state.resolve(part) + " is a link to " + moved);
  }

  @Test
  void whatOthersCouldReadIsClosedToThem() throws IOException {
    modes(state, "rwxr-xr-x");
    modes(state.resolve("store.db"), "rw-r--r--");

    StateAccess.check(state);

    assertThat(Files.getPosixFilePermissions(state)).hasSize(3);
    assertThat(Files.getPosixFilePermissions(state.resolve("store.db"))).hasSize(2);
  }
}
