package dev.pullcord.systemtests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Debian's own check of packages finds no error in ours. What is as we want it stands, with the
 * reason, in {@code packaging/lintian-overrides}.
 */
class LintianTest {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @ParameterizedTest
  @ValueSource(strings = {"agent", "server", "cli"})
  void findsNoErrorInAPackage(String program) throws IOException {
    Path lintian = Needs.tool("lintian");
    assertThat(errors(lintian, Packages.of(program).file(".deb"))).isEmpty();
  }

  @Test
  void seesAnErrorWhereThereIsOne(@TempDir Path temp) throws IOException {
    Path lintian = Needs.tool("lintian");
    Path deb = temp.resolve("witness.deb");
    LabHost.run(
        LIMIT,
        List.of(
            "sh",
            "-ec",
            """
            mkdir -p '%s/w/DEBIAN' && cd '%s'
            printf 'Package: witness\\nVersion: 1\\nArchitecture: all\\n' > w/DEBIAN/control
            printf 'Maintainer: nobody\\nDescription: x\\n' >> w/DEBIAN/control
            dpkg-deb --root-owner-group -Zgzip --build w witness.deb
            """
                .formatted(temp, temp)));
    assertThat(errors(lintian, deb)).anyMatch(line -> line.contains("no-copyright-file"));
  }

  private static List<String> errors(Path lintian, Path deb) throws IOException {
    Process process =
        new ProcessBuilder(
                lintian.toString(), "--allow-root", "--tag-display-limit", "0", deb.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.onExit().join().exitValue()).as(said).isLessThan(3);
    return said.lines().filter(line -> line.startsWith("E: ")).toList();
  }
}
