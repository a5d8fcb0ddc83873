package dev.pullcord.agent.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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

  @Test
  void saysThatItIsDamagedAndHowANewOneIsMade() throws IOException {
    Path certificate = state.resolve("certificate.pem");
    for (Path file : List.of(key, certificate)) {
      byte[] whole = Files.readAllBytes(file);
      for (byte[] damage : List.of(new byte[0], new byte[] {(byte) 0xff, 0, 7}, new byte[300])) {
        Files.write(file, damage);
        assertThatThrownBy(() -> NodeKeyFiles.read(state))
            .hasMessageStartingWith("KEY_DAMAGED  " + key + " or certificate.pem: ")
            .hasMessageContaining("move both away")
            .hasMessageEndingWith("join again with a new token");
      }
      Files.write(file, whole);
    }
    NodeKeyFiles.read(state);
  }
}
