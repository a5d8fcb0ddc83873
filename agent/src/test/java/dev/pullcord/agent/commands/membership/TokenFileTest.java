package dev.pullcord.agent.commands.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.commands.Exit;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the file of a join token is said with its path and what to do. */
class TokenFileTest {
  @TempDir Path directory;

  private final StringWriter said = new StringWriter();

  private String read(Path file) {
    return TokenFile.read(file, new PrintWriter(said));
  }

  private Path token(String content, String modes) throws IOException {
    Path file = Files.writeString(directory.resolve("token"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(modes));
  }

  @Test
  void readsATokenThatNobodyElseReads() throws IOException {
    assertThat(read(token("pcj1_x\n", "rw-------"))).isEqualTo("pcj1_x\n");
    assertThat(said.toString()).isEmpty();
  }

  @Test
  void warnsOfATokenThatOthersCouldRead() throws IOException {
    Path file = token("pcj1_x\n", "rw-r--r--");

    assertThat(read(file)).isEqualTo("pcj1_x\n");
    assertThat(said.toString()).startsWith("TOKEN_EXPOSED").contains("chmod 0600 " + file);
  }

  @Test
  void saysThatItIsEmptyADirectoryNotThereOrNoToken() throws IOException {
    Path missing = directory.resolve("missing");

    refuses(token(" \n", "rw-------"), "is empty; write the token into it");
    refuses(directory, "is a directory; name the file");
    refuses(missing, "it is not there; write the token into it");
    assertThatThrownBy(() -> read(token("x".repeat(5000), "rw-------")))
        .hasMessage("that is no join token: it is too long");
  }

  @Test
  void saysWhoMayNotReadItAndWhatToDo() {
    Path file = Path.of("/etc/token");

    assertThat(TokenFile.sentence(new AccessDeniedException(file.toString()), file))
        .startsWith("/etc/token: permission denied for user " + System.getProperty("user.name"))
        .contains("run join as a user who may read it");
  }

  private void refuses(Path file, String expected) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(Exit.Refused.class)
        .hasMessageStartingWith("--token-file " + file)
        .hasMessageContaining(expected);
  }
}
