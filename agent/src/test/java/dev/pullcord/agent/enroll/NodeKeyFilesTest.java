package dev.pullcord.agent.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key of a node that cannot be used is named with what to do, and never made anew unasked. */
class NodeKeyFilesTest {
  @TempDir Path state;
  private Path key;

  @BeforeEach
  void makesAKey() throws IOException {
    NodeKeyFiles.readOrCreate(state);
    key = state.resolve("key.pem");
  }

  @Test
  void saysThatTheKeyOrItsCertificateIsMissing() throws IOException {
    Path certificate = state.resolve("certificate.pem");
    Files.delete(certificate);
    assertThatThrownBy(() -> NodeKeyFiles.read(state))
        .hasMessageStartingWith("KEY_MISSING  " + certificate)
        .hasMessageContaining("from a backup");

    Files.delete(key);
    assertThatThrownBy(() -> NodeKeyFiles.read(state))
        .hasMessageStartingWith("KEY_MISSING  " + key)
        .hasMessageContaining("join again with a new token");
    assertThat(key).doesNotExist();
  }

  @Test
  void saysThatOthersCanReadIt() throws IOException {
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> NodeKeyFiles.read(state))
        .hasMessageStartingWith("KEY_PERMISSIONS  " + key)
        .hasMessageEndingWith("chmod 0600 " + key);
  }
}
