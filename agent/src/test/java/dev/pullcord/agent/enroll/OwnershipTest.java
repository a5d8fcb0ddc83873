package dev.pullcord.agent.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.base.disk.Ownership;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
  @TempDir private Path home;

  private static String owner(Path path) throws IOException {
    return Files.getOwner(path).getName();
  }

  @Test
  void givesEverythingToTheUserWhoWasNamed() throws IOException {
    Needs.root("only root gives files away");
    Path state = Files.createDirectories(home.resolve("state/spool"));
    Files.writeString(state.resolve("file"), "x");

    Ownership.of(home.resolve("state"), "nobody", null).apply(home.resolve("state"));

    assertThat(owner(home.resolve("state"))).isEqualTo("nobody");
    assertThat(owner(state.resolve("file"))).isEqualTo("nobody");
  }

  @Test
  void leavesADirectoryToWhoeverOwnedItBefore() throws IOException {
    Needs.root("only root gives files away");
    Path state = Files.createDirectories(home.resolve("state"));
    Ownership.of(state, "nobody", null).apply(state);

    Ownership before = Ownership.of(state, null, null);
    Files.writeString(state.resolve("key.pem"), "x");
    before.apply(state);

    assertThat(owner(state.resolve("key.pem"))).isEqualTo("nobody");
  }

  @Test
  void givesNothingAwayInADirectoryThatWasNotThere() throws IOException {
    Path state = home.resolve("state");
    Ownership before = Ownership.of(state, null, null);
    Files.createDirectories(state);

    before.apply(state);

    assertThat(owner(state)).isEqualTo(System.getProperty("user.name"));
  }

  /** Root reads it all the same; what fails here fails for a plain user. */
  @Test
  void whoOwnsTheDirectoryNeedsNotReadTheOneAbove() throws IOException {
    Path above = Files.createDirectory(home.resolve("above"));
    Path state = Files.createDirectory(above.resolve("state"));
    Ownership before = Ownership.of(state, null, null);
    Set<PosixFilePermission> all = Files.getPosixFilePermissions(above);
    Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("--x------"));
    try {
      before.apply(state);
    } finally {
      Files.setPosixFilePermissions(above, all);
    }
    assertThat(owner(state)).isEqualTo(System.getProperty("user.name"));
  }

  @Test
  void refusesAUserWhoDoesNotExist() {
    assertThatThrownBy(() -> Ownership.of(home, "no-such-user", null))
        .isInstanceOf(IOException.class)
        .hasMessage("there is no user no-such-user on this host");
  }
}
