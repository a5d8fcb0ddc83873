package dev.pullcord.systemtests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hosts that were empty, of Debian 12 and of Debian 13, with our packages and the commands of the
 * page about them, typed as they stand there. Whoever pushes sits on the Debian 13 host.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackagedFleetTest {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final String ADDRESS = "10.99.0.1";
  private static final String RULE = "/usr/share/polkit-1/rules.d/50-pullcord.rules";

  private final LabNetwork network;
  private final LabHost server;
  private final LabHost old;
  private final LabHost young;

  PackagedFleetTest(@TempDir Path temp) throws IOException {
    Path files = Files.createDirectories(temp.resolve("files"));
    for (String program : List.of("agent", "server", "cli")) {
      Packages packages = Packages.of(program);
      for (String kind : List.of(".deb", ".tar.gz")) {
        Path file = packages.file(kind);
        Files.createLink(files.resolve(file.getFileName()), file);
      }
    }
    List<String> mounts = List.of(files + ":/srv/packages");
    network = new LabNetwork(temp.resolve("network"));
    LabBase bookworm = LabBase.bookworm();
    server = LabHost.empty(bookworm, temp.resolve("server"), network, ADDRESS, mounts);
    old = LabHost.empty(bookworm, temp.resolve("node-1"), network, "10.99.0.11", mounts);
    young = LabHost.empty(LabBase.trixie(), temp.resolve("node-2"), network, "10.99.0.12", mounts);
  }

  @BeforeAll
  void boot() {
    server.boot();
    old.boot();
    young.boot();
  }

  @AfterAll
  void down() {
    young.close();
    old.close();
    server.close();
    network.close();
  }

  /** The commands of a section of the page, which are that many. */
  private static String typed(String section, int commands) {
    String all = DocsPage.commands("install.md", section);
    assertThat(all.lines()).as(section).hasSize(commands);
    return all.replace("SERVER", ADDRESS).replace("FILE", "/var/tmp/token");
  }

  private static String type(LabHost host, String section, int commands) {
    return host.sh("cd /srv/packages; set -e; " + typed(section, commands));
  }

  private String operator(String line) {
    return young.sh("export HOME=/root; cd; " + line);
  }

  private static String found(String text, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    assertThat(found.find()).as(pattern + " in " + text).isTrue();
    return found.group(1);
  }

  private void invite(LabHost host, String owner) {
    String token = found(operator("pullcord invite -o json"), "\"token\":\"([^\"]+)\"");
    host.sh("umask 077; echo " + token + " > /var/tmp/token; chown " + owner + " /var/tmp/token");
  }

  private String saysOf(String node, String what) {
    return Eventually.within(LIMIT)
        .until(
            what, () -> operator("pullcord why " + node + " || true"), said -> said.contains(what));
  }

  @Test
  @Order(1)
  void twoCommandsOnEachHostMakeAFleetThatConverges() {
    String said = type(server, "Install the server", 2);
    type(young, "Install the command line", 1);
    operator(
        "echo %s | pullcord login https://%s:8420 --fingerprint %s"
            .formatted(
                found(said, "admin token .*: (\\S+)"),
                ADDRESS,
                found(said, "fingerprint .*: (\\S+)")));
    for (LabHost host : List.of(old, young)) {
      invite(host, "root");
      type(host, "Install an agent", 2);
    }

    operator("pullcord clone");
    young.sh(
        """
        export HOME=/root; cd ~/fleet; mkdir bin
        cat > pullcord.yaml << 'END'
        %sEND
        cat > bin/worker << 'END'
        %sEND
        echo true > bin/check
        git config user.name Ada; git config user.email ada@example.org
        git add --all && git commit -qm one
        """
            .formatted(LabFleet.MANIFEST, LabFleet.WORKER));
    assertThat(operator("cd fleet && git push -q origin HEAD:main 2>&1")).contains("converged 2/2");
    assertThat(old.units()).containsExactly("pullcord-worker@1.service running");
    assertThat(young.units()).containsExactly("pullcord-worker@1.service running");
    assertThat(young.sh("cat /etc/debian_version")).startsWith("13");
    for (LabHost host : List.of(server, old, young)) {
      assertThat(host.ask("sh", "-c", "command -v java")).isEmpty();
    }
  }

  @Test
  @Order(2)
  void theFilesOfAnArchiveMakeANodeOfAPlainUser() throws IOException {
    server.sh("useradd --create-home ada");
    invite(server, "ada");
    String commands = typed("From an archive", 4).replace("tar xzf ", "tar xzf /srv/packages/");
    server.put("home/ada/typed", commands);

    server.sh(
        "systemd-run --unit=ada --uid=ada --working-directory=/home/ada --setenv=HOME=/home/ada"
            + " sh -ex /home/ada/typed");

    saysOf("server", "converged");
    assertThat(server.lines("/var/tmp/starts")).hasSize(1);
    assertThat(server.sh("ps -o user= -p $(cut -d' ' -f1 /var/tmp/starts)").strip())
        .isEqualTo("ada");
  }

  @Test
  @Order(3)
  void theDoctorAsksARealPolkit() {
    for (LabHost host : List.of(old, young)) {
      assertThat(doctor(host)).contains("user pullcord may start and end the units of workers");
      host.sh("mv " + RULE + " /var/tmp/");
      Eventually.within(LIMIT)
          .until("it is refused", () -> doctor(host), said -> said.contains("polkit refuses user"));
      host.sh("mv /var/tmp/50-pullcord.rules " + RULE);
      Eventually.within(LIMIT)
          .until("it may", () -> doctor(host), said -> !said.contains("polkit refuses user"));
    }
  }

  private static String doctor(LabHost host) {
    return host.ask("runuser", "-u", "pullcord", "--", "pullcord-agent", "doctor");
  }

  @Test
  @Order(4)
  void leavingEndsLivingWorkersOnceAndWaitsForThem() {
    young.sh("touch /var/tmp/linger");
    young.sh("pullcord-agent leave --yes > /var/tmp/left 2>&1 & echo $!");
    Eventually.within(LIMIT)
        .until(
            "it waits",
            () -> young.lines("/var/tmp/left").toString(),
            said -> said.contains("waiting for grep (generation 1)"));
    Eventually.within(LIMIT)
        .until(
            "it was asked",
            young::units,
            List.of("pullcord-worker@1.service stop-sigterm")::equals);

    young.sh("rm /var/tmp/linger");

    Eventually.within(LIMIT)
        .until(
            "it has left",
            () -> young.lines("/var/tmp/left").toString(),
            said -> said.contains("node node-2 has left"));
    assertThat(young.units()).isEmpty();
    assertThat(young.lines("/var/tmp/terms")).hasSize(1);
    assertThat(young.ask("systemctl", "is-enabled", "pullcord-agent")).contains("disabled");
    assertThat(young.sh("ls /var/lib/pullcord")).doesNotContain("journal", "node.json", "releases");
    saysOf("node-2", "offline");
  }
}
