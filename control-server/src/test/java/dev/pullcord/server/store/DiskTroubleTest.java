package dev.pullcord.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which trouble of the disk a failure comes from, however deep it lies. */
class DiskTroubleTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(DiskTrouble.FULL, system("No space left on device")),
        Arguments.of(DiskTrouble.FULL, system("Disk quota exceeded")),
        Arguments.of(DiskTrouble.READ_ONLY, system("Read-only file system")),
        Arguments.of(DiskTrouble.FAILING, new IOException("Input/output error")),
        Arguments.of(DiskTrouble.NO_FILES, system("Too many open files")),
        Arguments.of(DiskTrouble.DENIED, new AccessDeniedException("/s/a")),
        Arguments.of(DiskTrouble.DENIED, system("Operation not permitted")),
        Arguments.of(DiskTrouble.DENIED, new FileNotFoundException("/s/a (Permission denied)")));
  }

  private static IOException system(String text) {
    return new FileSystemException("/s/a", null, text);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void isFoundBelowWhatWasMadeOfIt(DiskTrouble expected, IOException failure) {
    assertThat(DiskTrouble.of(failure)).contains(expected);
    assertThat(DiskTrouble.of(new IllegalStateException(new UncheckedIOException("x", failure))))
        .contains(expected);
    assertThat(expected.sentence()).contains("not the request's fault").doesNotContain("null");
  }

  @Test
  void whatTheLibrarySaysOfALockIsTheDisks() {
    assertThat(DiskTrouble.ofText("lock error: /s/main.lock (No space left on device)"))
        .contains(DiskTrouble.FULL);
    assertThat(DiskTrouble.ofText("non-fast-forward")).isEmpty();
    assertThat(DiskTrouble.of(new IOException("Connection reset by peer"))).isEmpty();
  }
}
