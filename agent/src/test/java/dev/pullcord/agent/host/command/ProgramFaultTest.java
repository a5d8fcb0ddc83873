package dev.pullcord.agent.host.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pullcord.agent.host.HostClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a program cannot be run, and whose fault that is. */
class ProgramFaultTest {
  private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

  @TempDir Path release;

  private ProgramFault fault(String content) throws IOException {
    return fault(content.getBytes(StandardCharsets.UTF_8), "rwxr-xr-x");
  }

  private ProgramFault fault(byte[] content, String mode) throws IOException {
    Path program = release.resolve("bin/check");
    Files.createDirectories(release.resolve("bin"));
    Files.write(program, content);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString(mode));
    return ProgramFault.of(List.of("bin/check"), release, PATH).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"#!/bin/sh, /bin/sh\\r", "#!/usr/bin/env python3, /usr/bin/env python3\\r"})
  void carriageReturnsAreTheReleasesFaultAndNamed(String first, String named) throws IOException {
    ProgramFault fault = fault(first + "\r\nexit 0\r\n");

    assertThat(fault.ofRelease()).isTrue();
    assertThat(fault.text())
        .contains(
            "\"" + named + "\", the interpreter of bin/check, is not there", "CRLF line ends");
  }

  @ParameterizedTest
  @CsvSource({
    "#!/usr/bin/python9 -u, '/usr/bin/python9, the interpreter of bin/check, is not on this host'",
    "#! /no/such/sh, '/no/such/sh, the interpreter of bin/check, is not on this host'",
    "#!/etc/passwd, '/etc/passwd, the interpreter of bin/check, is no program'",
    "#!/tmp, '/tmp, the interpreter of bin/check, is no program'"
  })
  void anInterpreterThatIsNotThereIsTheReleasesFaultAndNamed(String first, String text)
      throws IOException {
    assertThat(fault(first + "\nexit 0\n")).isEqualTo(new ProgramFault(true, text));
  }

  @Test
  void anInterpreterIsFoundAndMissedInEveryAlphabet() throws IOException {
    assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")));
    fault("#!/no/such/sh\n");
    for (String name : List.of("préparé", "größe", "данные", "日本")) {
      Path interpreter = release.resolve(name);
      Files.writeString(release.resolve("bin/check"), "#!" + interpreter + "\nexit 0\n");
      assertThat(ProgramFault.of(List.of("bin/check"), release, PATH).orElseThrow().text())
          .isEqualTo(interpreter + ", the interpreter of bin/check, is not on this host");

      Files.createSymbolicLink(interpreter, Path.of("/bin/sh"));
      assertThat(ProgramFault.of(List.of("bin/check"), release, PATH)).isEmpty();
    }
  }

  @Test
  void anInterpreterThatCannotBeAPathIsLeftToTheKernel() throws IOException {
    fault("#!/no/such/sh\n");
    Files.write(release.resolve("bin/check"), new byte[] {'#', '!', '/', 0, 'x', '\n'});

    assertThat(ProgramFault.of(List.of("bin/check"), release, PATH)).isEmpty();
  }

  /** In a locale that has no such letters nothing is said either: the kernel knows better. */
  @Test
  void anInterpreterThatIsThereIsFoundWhereverItsPathHasOtherLettersThanAscii()
      throws IOException, InterruptedException {
    fault("#!/no/such/sh\n");
    String script =
        "there=$(printf '%s/gr\\303\\266\\303\\237e' \"$0\") && mkdir \"$there\""
            + " && ln -s /bin/sh \"$there/sh\" && echo \"#!$there/sh\" > \"$0/bin/check\"";
    assertThat(run("/bin/sh", "-c", script, release.toString())).isZero();

    assertThat(ProgramFault.of(List.of("bin/check"), release, PATH)).isEmpty();
  }

  @Test
  void aFileThatIsNotExecutableIsTheReleasesFaultAndHowToMendItIsSaid() throws IOException {
    ProgramFault fault = fault("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8), "rw-r--r--");

    assertThat(fault.ofRelease()).isTrue();
    assertThat(fault.text()).endsWith("git update-index --chmod=+x bin/check");
  }

  @Test
  void aFileSystemThatRunsNothingIsTheHostsFaultAndNamed()
      throws IOException, InterruptedException {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root mounts");
    Path bin = Files.createDirectories(release.resolve("bin"));
    String[] mount = {"mount", "-t", "tmpfs", "-o", "size=1m,noexec", "none", bin.toString()};
    assumeTrue(run(mount) == 0, "this host lets nobody mount");
    try {
      ProgramFault fault = fault("#!/bin/sh\n");

      assertThat(fault.ofRelease()).isFalse();
      assertThat(fault.text())
          .contains("bin/check is on a file system that is mounted noexec; mount it without");
    } finally {
      assertThat(run("umount", bin.toString())).isZero();
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  void aDirectoryIsNoProgram() throws IOException {
    Files.createDirectory(release.resolve("bin"));

    assertThat(ProgramFault.of(List.of("bin"), release, PATH))
        .contains(new ProgramFault(true, "bin is a directory, not a program"));
  }

  @Test
  void aLinkToNothingIsTheReleasesFault() throws IOException {
    Files.createSymbolicLink(release.resolve("check"), Path.of("nothing"));

    assertThat(ProgramFault.of(List.of("check"), release, PATH).orElseThrow().text())
        .isEqualTo("check is a link to a file that is not there");
  }

  @Test
  void aNameThatIsNowhereIsTheReleasesFault() {
    assertThat(ProgramFault.of(List.of("no-such-program"), release, PATH))
        .contains(
            new ProgramFault(true, "no program \"no-such-program\" in the release or on PATH"));
  }

  @Test
  void aProgramForAnotherMachineIsTheReleasesFault() throws IOException {
    int other = System.getProperty("os.arch").equals("s390x") ? 62 : 22;
    ByteBuffer head = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    head.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
    head.putShort((short) 2).putShort((short) other);

    ProgramFault fault = fault(head.array(), "rwxr-xr-x");

    assertThat(fault.ofRelease()).isTrue();
    assertThat(fault.text()).contains("bin/check is made for ", ", and this host is ");
  }

  @Test
  void whatCanBeRunHasNoFault() throws IOException {
    Path script = Files.writeString(release.resolve("check"), "#!/bin/sh\nexit 0\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThat(ProgramFault.of(List.of("check"), release, PATH)).isEmpty();
    assertThat(ProgramFault.of(List.of("sh", "-c", "exit"), release, PATH)).isEmpty();
  }

  @Test
  void anEnvironmentThatIsTooLongForTheKernelIsTheReleasesFault() {
    Map<String, String> large = Map.of("PATH", "/usr/bin:/bin", "LARGE", "x".repeat(1 << 20));

    ProgramFault fault = refused(List.of("/bin/true"), large);

    assertThat(fault.ofRelease()).isTrue();
    assertThat(fault.text()).contains("longer than the kernel takes");
  }

  @Test
  void aProgramThatTheKernelDoesNotFindAfterAllIsTheReleasesFault() {
    ProgramFault fault = refused(List.of(release.resolve("gone").toString()), PATH);

    assertThat(fault.ofRelease()).isTrue();
  }

  private ProgramFault refused(List<String> run, Map<String, String> environment) {
    CommandResult result =
        new LocalCommands(release, HostClock.system())
            .run(new Command(run, release, environment, Duration.ofSeconds(5)), () -> false);
    assertThat(result.end()).isEqualTo(CommandResult.End.NOT_STARTED);
    return ProgramFault.refused(result.output());
  }

  @ParameterizedTest
  @CsvSource({
    "failed to execute bin/check: Text file busy, false, open for writing",
    "'Cannot run \"x\": error=11, Resource temporarily unavailable', false, no more proc",
    "'Exec failed, error: 12 (Cannot allocate memory)', false, no memory",
    "failed to execute bin/check: Permission denied, false, does not permit it",
    "failed to execute bin/check: Exec format error, true, no program for this host",
    "something else, false, 'not started: something else'"
  })
  void whatTheKernelSaysHasItsCulprit(String said, boolean ofRelease, String text) {
    ProgramFault fault = ProgramFault.refused(said);

    assertThat(fault.ofRelease()).isEqualTo(ofRelease);
    assertThat(fault.text()).contains(text);
  }

  @Test
  void aNameThatNoFileCanHaveInThisLocaleIsTheHostsFault() {
    // No locale has it; in LC_ALL=C there are many.
    ProgramFault fault = ProgramFault.of(List.of("bin/gr\0p"), release, PATH).orElseThrow();

    assertThat(fault.ofRelease()).isFalse();
    assertThat(fault.text()).contains("cannot be the name of a file", "LC_ALL=C.UTF-8");
    assertThat(Programs.resolve(List.of("gr\0p"), release, PATH)).isEmpty();
  }
}
