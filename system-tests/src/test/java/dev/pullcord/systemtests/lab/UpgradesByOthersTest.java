package dev.pullcord.systemtests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's needrestart and unattended-upgrades, with what the docs say to install, leave workers
 * and agent alone. A unit and a package beside ours show that both do their work here.
 */
class UpgradesByOthersTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String WITNESS = "[Service]\nExecStart=/bin/sleep infinity\n";

  /** Every process that runs now has an old C library from then on. */
  private static final String NEW_LIBRARY =
      """
      for lib in /usr/lib/*-linux-gnu*/libc.so.6; do
        cp -p $lib $lib.new
        mv $lib.new $lib
      done
      """;

  /** A repository with version 2 of two packages, whose version 1 is installed. */
  private static final String PACKAGES =
      """
      mkdir -p /var/tmp/repo && cd /var/tmp/repo
      for version in 1 2; do
        for name in pullcord-agent witness-package; do
          mkdir -p made/$name/DEBIAN
          {
            printf 'Package: %s\\nVersion: %s\\nArchitecture: all\\n' $name $version
            printf 'Maintainer: lab\\nDescription: x\\n'
          } > made/$name/DEBIAN/control
          dpkg-deb --build made/$name $name.deb > /dev/null
          [ $version = 2 ] || dpkg --install $name.deb
        done
      done
      for deb in *.deb; do
        dpkg-deb --field $deb
        printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' \\
          $deb $(stat -c %s $deb) $(sha256sum < $deb | cut -d' ' -f1)
      done > Packages
      printf 'Origin: Lab\\nLabel: Lab\\nSHA256:\\n %s %s Packages\\n' \\
        $(sha256sum < Packages | cut -d' ' -f1) $(stat -c %s Packages) > Release
      echo 'deb [trusted=yes] file:/var/tmp/repo ./' > /etc/apt/sources.list
      echo 'Unattended-Upgrade::Origins-Pattern { "origin=Lab"; };' > /etc/apt/apt.conf.d/60lab
      apt-get update
      """;

  private final TempGitRemote remote;
  private final LabHost host;

  UpgradesByOthersTest(@TempDir Path temp) throws IOException {
    remote = TempGitRemote.create(temp.resolve("git"));
    host = new LabHost(temp.resolve("host"), remote.bare());
    host.put("etc/systemd/system/witness.service", WITNESS);
  }

  @Test
  void restartNeitherWorkersNorTheAgent() {
    try (host) {
      remote.push(
          Map.of(
              "pullcord.yaml",
              LabFleet.MANIFEST,
              "bin/worker",
              LabFleet.WORKER,
              "bin/check",
              "true\n",
              "task",
              "one"),
          "one");
      host.begin();
      host.sh("systemctl start witness");
      Eventually.within(LIMIT)
          .until("it runs", host::status, said -> said.contains("host  converged"));
      host.sh("cp -r /opt/pullcord/systemd/needrestart /opt/pullcord/systemd/apt /etc/");
      String agent = main("pullcord-agent");
      String worker = main("pullcord-worker@1");
      String witness = main("witness");

      host.sh(NEW_LIBRARY);
      String said = host.sh("needrestart -r a 2>&1");

      assertThat(main("witness")).as(said).isNotEqualTo(witness);
      assertThat(main("pullcord-agent")).as(said).isEqualTo(agent);
      assertThat(main("pullcord-worker@1")).as(said).isEqualTo(worker);

      host.sh(PACKAGES);
      String upgraded = host.sh("unattended-upgrade --verbose 2>&1");

      assertThat(version("witness-package")).as(upgraded).isEqualTo("2");
      assertThat(version("pullcord-agent")).as(upgraded).isEqualTo("1");
      assertThat(main("pullcord-agent")).as(upgraded).isEqualTo(agent);
      assertThat(main("pullcord-worker@1")).as(upgraded).isEqualTo(worker);
      assertThat(host.lines("/var/tmp/starts")).hasSize(1);
    }
  }

  private String main(String unit) {
    return host.sh("systemctl show --property=MainPID --value " + unit).strip();
  }

  private String version(String name) {
    return host.sh("dpkg-query --show --showformat='${Version}' " + name).strip();
  }
}
