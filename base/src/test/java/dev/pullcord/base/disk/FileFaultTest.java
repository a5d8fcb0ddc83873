package dev.pullcord.base.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of causes. */
class FileFaultTest {
  private static final String ME = System.getProperty("user.name");

  static Stream<Arguments> causes() {
    return Stream.of(
        Arguments.of(system("Disk quota exceeded"), "/s/a: the quota of this user is used up"),
        Arguments.of(system("Read-only file system"), "/s/a: the file system is read-only"),
        Arguments.of(system("Input/output error"), "/s/a: the disk reports an input/output error"),
        Arguments.of(system("Structure needs cleaning"), "run fsck"),
        Arguments.of(system("Too many open files"), "/s/a: this process may open no more files"),
        Arguments.of(system("Too many open files in system"), "raise fs.file-max"),
        Arguments.of(system("Cannot allocate memory"), "the host has no memory left"),
        Arguments.of(system("Operation not permitted"), "does not permit that to user " + ME),
        Arguments.of(
            system("Too many levels of symbolic links or unable to access attributes"),
            "a symbolic link is in the way"),
        Arguments.of(system("Is a directory"), "/s/a: it is a directory"),
        Arguments.of(system("Not a directory"), "/s/a: it is no directory"),
        Arguments.of(system("File name too long"), "the name is too long"),
        Arguments.of(system("Device or resource busy"), "see findmnt"),
        Arguments.of(system("Stale file handle"), "mount it again"),
        Arguments.of(system("Invalid cross-device link"), "/s/a: it lies on another file system"),
        Arguments.of(
            new AtomicMoveNotSupportedException("/s/tmp/x", "/s/releases/x", "Invalid link"),
            "/s/releases/x: it lies on another file system"),
        Arguments.of(new AccessDeniedException("/s/a"), "/s/a: permission denied for user " + ME),
        Arguments.of(new NoSuchFileException("/s/a"), "/s/a: it is not there"),
        Arguments.of(new DirectoryNotEmptyException("/s/a"), "/s/a: it is a directory"),
        Arguments.of(new NotDirectoryException("/s/a"), "/s/a: it is no directory"),
        Arguments.of(
            new FileNotFoundException("/s/a (Permission denied)"),
            "/s/a: permission denied for user " + ME),
        Arguments.of(new FileNotFoundException("/s/a (Too many open files)"), "raise LimitNOFILE"),
        Arguments.of(new IOException("Input/output error"), "the disk reports"),
        Arguments.of(new MalformedInputException(1), "it is not UTF-8 text"),
        Arguments.of(
            new IOException("/s/current is a directory, a link is expected"),
            "/s/current is a directory, a link is expected"),
        Arguments.of(new IOException(new IOException("No space left on device")), "is full"),
        Arguments.of(new IOException((String) null), "the system did not say why"),
        Arguments.of(new FileSystemException("/s/a", null, "Odd"), "/s/a: Odd"));
  }

  private static IOException system(String text) {
    return new FileSystemException("/s/a", null, text);
  }

  @ParameterizedTest
  @MethodSource("causes")
  void saysWhatToDoAndNamesNoClass(IOException e, String expected) {
    assertThat(FileFault.of(e)).contains(expected).doesNotContain("Exception").doesNotContain("%");
  }

  @Test
  void aFullDiskIsToldFromOneWithoutInodes(@TempDir Path temp) throws IOException {
    IOException full = new IOException("No space left on device");

    assertThat(FileFault.of(full)).contains("the disk is full");
    long room = Files.getFileStore(temp).getUsableSpace();
    assertThat(FileFault.of(full, temp.resolve("not/there/yet")))
        .startsWith(temp.toString())
        .contains(room > (4 << 20) ? "no inodes are left" : "the disk is full");
  }

  @Test
  void whatWasBeingDoneStays() {
    IOException cause = new AccessDeniedException("/s/a");

    String why = FileFault.of(cause);
    assertThat(FileFault.of(new UncheckedIOException("cannot read the spool", cause)))
        .isEqualTo("cannot read the spool: " + why);
    assertThat(FileFault.of(new UncheckedIOException("cannot read " + why, cause)))
        .isEqualTo("cannot read " + why);
    assertThat(FileFault.of(new UncheckedIOException(cause))).startsWith("/s/a: permission denied");
  }

  @Test
  void findsWhatTheDiskDidNotDoBelowWhatWasMadeOfIt() {
    IOException full = new FileSystemException("/s/pack", null, "No space left on device");

    assertThat(FileFault.within(new IOException("cannot fetch", new IOException("x", full))))
        .contains(full);
    assertThat(FileFault.within(new IOException("Input/output error"))).isPresent();
    assertThat(FileFault.within(new IOException("Connection reset"))).isEmpty();
    assertThat(FileFault.within(null)).isEmpty();
  }
}
