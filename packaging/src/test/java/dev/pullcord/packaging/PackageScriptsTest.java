package dev.pullcord.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts that packages run on a host, with a systemd that only notes what it is asked. */
class PackageScriptsTest {
  private static final Path ROOT = Path.of(System.getProperty("pullcord.root"));

  @TempDir Path directory;
  private Path programs;

  @BeforeEach
  void hostWithSystemd() throws IOException {
    programs = Files.createDirectories(directory.resolve("bin"));
    Files.createDirectories(directory.resolve("run/systemd/system"));
    Files.createDirectories(directory.resolve("etc/systemd/system"));
    for (String name : List.of("systemd-sysusers", "systemd-tmpfiles", "deb-systemd-invoke")) {
      program(name, "");
    }
  }

  private void program(String name, String does) throws IOException {
    Path file =
        Files.writeString(
            programs.resolve(name),
            "#!/bin/sh\necho \"${0##*/} $*\" >>'" + directory + "/asked'\n" + does + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Runs a script as it is, but for where it looks; what it wrote. */
  private String run(int exit, String script, String... arguments)
      throws IOException, InterruptedException {
    Path copy =
        Files.writeString(
            directory.resolve("script"),
            Files.readString(ROOT.resolve(script))
                .replace("/run/", directory + "/run/")
                .replace("/etc/", directory + "/etc/")
                .replace("/usr/lib/pullcord/", programs + "/"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(Stream.of("sh", copy.toString()), Stream.of(arguments)).toList());
    builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(out).isEqualTo(exit);
    return out;
  }

  private List<String> asked() throws IOException {
    return Files.readAllLines(directory.resolve("asked"));
  }

  @Test
  void aUserIsNotRemovedWhileWorkersRunAsIt() throws Exception {
    program(
        "systemctl",
        "[ \"$1\" != list-units ] || echo 'pullcord-worker-greppers@7.service loaded active x'");
    Path template =
        Files.createFile(directory.resolve("etc/systemd/system/pullcord-worker-greppers@.service"));

    assertThat(run(2, "systemd/lib/pullcord-user", "remove", "greppers"))
        .contains("pullcord-worker-greppers@7.service", "/etc/pullcord/agent.yaml", "try again");
    assertThat(template).exists();
    assertThat(asked()).noneMatch(line -> line.contains("disable"));

    program("systemctl", "");
    run(0, "systemd/lib/pullcord-user", "remove", "greppers");
    assertThat(template).doesNotExist();
  }

  @Test
  void aUserIsNotRemovedWhereSystemdCannotSayWhatRuns() throws Exception {
    program("systemctl", "[ \"$1\" != list-units ] || exit 1");
    Path template =
        Files.createFile(directory.resolve("etc/systemd/system/pullcord-worker-greppers@.service"));

    assertThat(run(2, "systemd/lib/pullcord-user", "remove", "greppers"))
        .contains("cannot say whether workers run as greppers");
    assertThat(template).exists();
    assertThat(asked()).noneMatch(line -> line.contains("disable"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"active", "activating", "reloading"})
  void anUpgradeRestartsAServerThatIsStillStarting(String state) throws Exception {
    program("systemctl", "[ \"$1\" != is-active ] || { echo " + state + "; exit 3; }");
    run(0, "packaging/debian/server/postinst", "configure");
    assertThat(asked()).contains("deb-systemd-invoke restart pullcord-server.service");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inactive", "failed", "deactivating"})
  void anUpgradeStartsNoServerThatWasStopped(String state) throws Exception {
    program("systemctl", "[ \"$1\" != is-active ] || { echo " + state + "; exit 3; }");
    run(0, "packaging/debian/server/postinst", "configure");
    assertThat(asked()).noneMatch(line -> line.startsWith("deb-systemd-invoke"));
  }

  @Test
  void anUpgradeRestartsAnAgentThatIsStillStarting() throws Exception {
    program("pullcord-user", "");
    program(
        "systemctl",
        "case \"$1 $*\" in *list-units*activating*) echo 'pullcord-agent.service x' ;; esac");
    run(0, "packaging/debian/agent/postinst", "configure");
    assertThat(asked()).contains("deb-systemd-invoke restart pullcord-agent.service");
  }
}
