package dev.pullcord.testkit.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  private static final Path UNITS = Path.of(System.getProperty("pullcord.root"), "systemd");

  private static final Pattern EXPOSURE =
      Pattern.compile("Overall exposure level for \\S+: ([0-9.]+)");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pullcord-server.service",
        "pullcord-agent.service",
        "pullcord-worker@.service",
        "pullcord-workers.service",
        "pullcord-commands.service",
        "pullcord-commands.socket"
      })
  void systemdUnderstandsTheUnit(String name) throws Exception {
    Path tool = Needs.tool("systemd-analyze");
    for (String other : List.of("pullcord-commands.service", "pullcord-commands.socket")) {
      withoutProgram(UNITS.resolve(other)); // the one needs the other
    }
    Path unit = withoutProgram(UNITS.resolve(name));
    assertThat(complaints(tool, unit)).isEmpty();
  }

  @Test
  void systemdNoticesAMisspeltLine() throws Exception {
    Path tool = Needs.tool("systemd-analyze");
    Path unit = withoutProgram(UNITS.resolve("pullcord-agent.service"));
    Files.writeString(unit, Files.readString(unit).replace("KillMode=", "KilMode="));
    assertThat(complaints(tool, unit)).anyMatch(line -> line.contains("KilMode"));
  }

  /** The bounds are one tenth: systemd rounds so. docs/operating/systemd.md has what was seen. */
  @ParameterizedTest
  @CsvSource({
    "pullcord-server.service, 1.3",
    "pullcord-agent.service, 2.0",
    "pullcord-commands.service, 3.0",
    "pullcord-worker@.service, 5.0"
  })
  void theUnitMayDoLittle(String name, double most) throws Exception {
    Path tool = Needs.tool("systemd-analyze");
    String said =
        run(
            List.of(
                tool.toString(),
                "security",
                "--offline=true",
                "--no-pager",
                UNITS.resolve(name).toString()));
    Matcher exposure = EXPOSURE.matcher(said);
    assertThat(exposure.find()).as(said).isTrue();
    assertThat(Double.parseDouble(exposure.group(1))).as(said).isLessThanOrEqualTo(most);
  }

  @Test
  void usersAndDirectoriesCanBeMade() throws Exception {
    Path users = Needs.tool("systemd-sysusers");
    Path directories = Needs.tool("systemd-tmpfiles");
    Needs.root("systemd-sysusers writes into a root directory of its own");
    Files.createDirectories(directory.resolve("etc"));
    String root = "--root=" + directory;
    List<String> makeUsers = new ArrayList<>(List.of(users.toString(), root));
    makeUsers.addAll(copied("sysusers.d"));
    run(makeUsers);
    assertThat(Files.readString(directory.resolve("etc/passwd")))
        .contains("pullcord:x:", "pullcord-server:x:", "pullcord-worker:x:");
    List<String> makeDirectories =
        new ArrayList<>(List.of(directories.toString(), root, "--create"));
    makeDirectories.addAll(copied("tmpfiles.d"));
    run(makeDirectories);
    try (Stream<Path> made = Files.list(directory.resolve("var/lib"))) {
      assertThat(made.map(path -> path.getFileName().toString()))
          .contains("pullcord", "pullcord-server");
    }
    // Nothing reads a directory in it, so none is made.
    assertThat(directory.resolve("etc/pullcord")).isEmptyDirectory();
  }

  private List<String> copied(String folder) throws IOException {
    Path target = Files.createDirectories(directory.resolve("etc").resolve(folder));
    List<String> copies = new ArrayList<>();
    for (String name : List.of("pullcord-agent.conf", "pullcord-server.conf")) {
      copies.add(Files.copy(UNITS.resolve(folder).resolve(name), target.resolve(name)).toString());
    }
    return copies;
  }

  /** The unit as it would be on a host that has the program. */
  private Path withoutProgram(Path unit) throws IOException {
    String text = Files.readString(unit).replaceAll("/usr/bin/pullcord-\\S+", "/bin/true");
    return Files.writeString(directory.resolve(unit.getFileName().toString()), text);
  }

  /** What is said about our unit; the host's own units may have faults of their own. */
  private List<String> complaints(Path tool, Path unit) throws Exception {
    String name = unit.getFileName().toString();
    return run(List.of(tool.toString(), "verify", "--man=no", unit.toString()))
        .lines()
        .filter(line -> line.contains(name))
        .toList();
  }

  private String run(List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
