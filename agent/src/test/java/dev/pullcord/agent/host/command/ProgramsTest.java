package dev.pullcord.agent.host.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
  @TempDir Path temp;

  @Test
  void aProgramIsFoundInTheReleaseBeforePath() throws IOException {
    Path release = Files.createDirectories(temp.resolve("release/bin"));
    Path own = Files.writeString(release.resolve("tool"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("r-xr-xr-x"));
    Files.writeString(release.resolve("data"), "no program");
    Map<String, String> env = Map.of("PATH", "/usr/bin:/bin");
    Path root = temp.resolve("release");

    assertThat(Programs.resolve(List.of("bin/tool", "x"), root, env))
        .contains(List.of(own.toString(), "x"));
    assertThat(Programs.resolve(List.of("sh"), root, env).orElseThrow().getFirst())
        .matches("/(usr/)?bin/sh");
    assertThat(Programs.resolve(List.of("/bin/sh"), root, env)).isPresent();
    assertThat(Programs.resolve(List.of("bin/data"), root, env)).isEmpty();
    assertThat(Programs.resolve(List.of("no-such-tool"), root, env)).isEmpty();
  }
}
