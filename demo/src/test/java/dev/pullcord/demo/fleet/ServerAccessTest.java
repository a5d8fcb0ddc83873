package dev.pullcord.demo.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.process.ProgramCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerAccessTest {
  @TempDir Path directory;

  @Test
  void aShellThatReadsTheFileKnowsTheServer() throws IOException {
    Path file = directory.resolve("env");
    access().writeShellFile(file, directory.resolve("build/bin"));
    String script =
        ". ./env; git config http.https://127.0.0.1:1/.sslCAInfo;"
            + " echo $PULLCORD_URL $PULLCORD_TOKEN";
    List<String> lines =
        ProgramCall.of(directory, Map.of(), List.of("sh", "-c", script)).runOrFail().lines();
    assertThat(lines).containsExactly(directory + "/ca's.pem", "https://127.0.0.1:1 pct_secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aWorkTreeKnowsTheServerAndKeepsTheTokenToItsOwner() throws IOException {
    GitClone tree = GitClone.init(directory, "fleet", access());
    assertThat(tree.git("config", "http.https://127.0.0.1:1/.extraHeader")).startsWith("Auth");
    assertThat(tree.git("remote", "get-url", "origin"))
        .isEqualTo("https://127.0.0.1:1/git/fleet.git");
    Path config = tree.directory().resolve(".git/config");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
        .isEqualTo("rw-------");
  }

  @Test
  void committedFilesKeepTheirModes() throws IOException {
    Path source = Files.createDirectories(directory.resolve("source/bin"));
    Path tool = Files.writeString(source.resolve("tool"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    GitClone tree = GitClone.init(directory, "fleet", access());
    tree.copyFrom(directory.resolve("source"));
    tree.write(Map.of("search/a.patterns", "x\n"));
    String commit = tree.commit("Begin");
    assertThat(tree.head()).isEqualTo(commit);
    assertThat(tree.git("ls-tree", "-r", "HEAD").lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("100755").endsWith("bin/tool"),
            line -> assertThat(line).startsWith("100644").endsWith("search/a.patterns"));
  }

  @Test
  void doesNotShowTheToken() {
    assertThat(access().toString()).doesNotContain("pct_secret");
  }

  private ServerAccess access() {
    return new ServerAccess(
        "https://127.0.0.1:1",
        directory.resolve("ca's.pem"),
        "pct_secret",
        "ab".repeat(32),
        directory);
  }
}
