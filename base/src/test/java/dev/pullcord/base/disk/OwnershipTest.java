package dev.pullcord.base.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What root gives away while its owner works there. */
class OwnershipTest {
  @TempDir private Path home;
  private Path others;
  private Path state;

  @BeforeEach
  void needsRoot() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root gives files away");
    others = Files.createDirectories(home.resolve("others"));
    Files.writeString(others.resolve("key"), "of somebody else");
    state = Files.createDirectories(home.resolve("state"));
  }

  private static String owner(Path path) throws IOException {
    return Files.getOwner(path).getName();
  }

  @Test
  void aDirectoryThatBecomesALinkMeanwhileLeadsRootNowhere() throws IOException {
    Path directory = Files.createDirectory(state.resolve("directory"));
    Files.writeString(directory.resolve("key"), "of the agent");
    UserPrincipal nobody =
        home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    try (SecureDirectoryStream<Path> open = Ownership.secure(directory)) {
      Files.move(directory, state.resolve("moved"));
      Files.createSymbolicLink(directory, others);

      Ownership.giveAll(open, nobody);
    }

    assertThat(owner(others.resolve("key"))).isEqualTo("root");
    assertThat(owner(state.resolve("moved/key"))).isEqualTo("nobody");
  }

  @Test
  void linksAndPipesAreLeftAloneAndNobodyWaitsForThem() throws Exception {
    Files.createSymbolicLink(state.resolve("link"), others);
    Files.createSymbolicLink(state.resolve("key"), others.resolve("key"));
    Path pipe = state.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path file = Files.writeString(state.resolve("file"), "x");

    Ownership.of(state, "nobody", null).apply(state);

    assertThat(owner(file)).isEqualTo("nobody");
    assertThat(owner(pipe)).isEqualTo("root");
    assertThat(owner(others)).isEqualTo("root");
    assertThat(owner(others.resolve("key"))).isEqualTo("root");
  }

  @Test
  void aPartOfWhatRootMadeThatBecomesALinkMeanwhileLeadsRootNowhere() throws IOException {
    Files.createSymbolicLink(state.resolve("cache"), home);
    Files.createSymbolicLink(state.resolve("lock"), others.resolve("key"));
    Ownership ownership = Ownership.of(state, "nobody", null);

    ownership.applyToMade(state, List.of(Path.of("lock"), Path.of("not-made")));
    assertThatThrownBy(() -> ownership.applyToMade(state, List.of(Path.of("cache", "others"))))
        .isInstanceOf(IOException.class);

    assertThat(owner(others)).isEqualTo("root");
    assertThat(owner(others.resolve("key"))).isEqualTo("root");
  }

  @Test
  void ofWhatRootMadeTheNamesAloneAreGivenAway() throws IOException {
    Path made = Files.createDirectories(state.resolve("cache/venvs"));
    Path below = Files.writeString(made.resolve("below"), "of somebody else");

    Ownership.of(state, "nobody", null)
        .applyToMade(state, List.of(Path.of(""), Path.of("cache", "venvs")));

    assertThat(owner(state)).isEqualTo("nobody");
    assertThat(owner(made)).isEqualTo("nobody");
    assertThat(owner(state.resolve("cache"))).isEqualTo("root");
    assertThat(owner(below)).isEqualTo("root");
  }
}
