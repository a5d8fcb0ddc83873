package dev.pullcord.cli.command.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.api.Invitation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the user data says to cloud-init, and what its script does. */
class NewHostTest {
  private static final String HASH = "12".repeat(32);
  private static final List<PackageSource> SOURCES =
      List.of(
          PackageSource.parse("http://files.example/agent.deb?a=b&c=d", HASH),
          PackageSource.parse("/opt/pullcord-agent.deb", null),
          PackageSource.parse("pullcord-agent", null));

  @TempDir Path root;

  @Test
  void theUserDataIsCloudConfigWithTheTokenOnceInAFileOfRoots() {
    for (PackageSource source : SOURCES) {
      String text = text(host(source, "pullcord-agent join https://[fd00::1]:8421"));
      assertThat(text).startsWith("#cloud-config\n");
      assertThat(text.split(Pattern.quote(FakeServer.JOIN_TOKEN), -1)).hasSize(2);
      Map<?, ?> read = read(text);
      assertThat(read.keySet()).isEqualTo(Set.of("write_files", "runcmd"));
      assertThat((List<?>) read.get("write_files"))
          .isEqualTo(
              List.of(
                  Map.of(
                      "path",
                      "/run/pullcord-join-token",
                      "owner",
                      "root:root",
                      "permissions",
                      "0600",
                      "content",
                      FakeServer.JOIN_TOKEN)));
      assertThat((List<?>) read.get("runcmd")).singleElement().isInstanceOf(String.class);
    }
  }

  @Test
  void theScriptInstallsThenJoinsAndLeavesNoToken() throws Exception {
    for (PackageSource source : SOURCES) {
      assertThat(ran(source, "")).isEqualTo("0");
      assertThat(Files.readString(root.resolve("did")))
          .contains("apt-get", "install -y")
          .endsWith(
              "join https://c:8421 --token-file " + root + "/run/pullcord-join-token: pcj1\n");
    }
  }

  @Test
  void theScriptDoesNotJoinWithWhatWasNotInstalled() throws Exception {
    for (PackageSource source : SOURCES) {
      assertThat(ran(source, "exit 100")).isEqualTo("100");
      assertThat(Files.readString(root.resolve("did"))).doesNotContain("join");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pullcord-agent join https://c:8421; id",
        "pullcord-agent join $(id)",
        "pullcord-agent join https://c\nid"
      })
  void aCommandThatAShellWouldUnderstandOtherwiseIsRefused(String command) {
    NewHost host = host(SOURCES.getFirst(), command);
    assertThatThrownBy(host::cloudConfig)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("advertise in its server.yaml");
  }

  /** Runs the script below another root, with an apt of that many words; how it ended. */
  private String ran(PackageSource source, String apt) throws Exception {
    Path bin = Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("run"));
    Path did = root.resolve("did");
    Files.deleteIfExists(did);
    Path token = Files.writeString(root.resolve("run/pullcord-join-token"), "pcj1");
    program(bin.resolve("apt-get"), "echo apt-get \"$@\" >> " + did + "\n" + apt);
    program(bin.resolve("apt-helper"), "echo apt-helper \"$@\" >> " + did);
    program(
        bin.resolve("pullcord-agent"),
        "[ -f \"$4\" ] || exit 9\necho \"$@: $(cat \"$4\")\" >> " + did);
    Map<?, ?> read = read(text(host(source, "pullcord-agent join https://c:8421")));
    List<?> commands = Objects.requireNonNull((List<?>) read.get("runcmd"));
    String script =
        String.valueOf(commands.getFirst())
            .replace("/run/", root + "/run/")
            .replace("/usr/lib/apt/", "")
            .replace("/var/cache/", root + "/");
    ProcessBuilder shell = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true);
    shell.environment().put("PATH", bin + ":" + System.getenv("PATH"));
    Process process = shell.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    String end = String.valueOf(process.waitFor());
    assertThat(said).isEmpty();
    assertThat(token).doesNotExist();
    return end;
  }

  private static void program(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static Map<?, ?> read(String yaml) {
    Object read = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return (Map<?, ?>) Objects.requireNonNull(read);
  }

  private static String text(NewHost host) {
    return String.join("\n", host.cloudConfig()) + "\n";
  }

  private static NewHost host(PackageSource source, String command) {
    Invitation invitation =
        new Invitation(FakeServer.JOIN_TOKEN, Instant.parse("2026-01-01T13:00:00Z"), command, null);
    return new NewHost(invitation, source, "for one node");
  }
}
