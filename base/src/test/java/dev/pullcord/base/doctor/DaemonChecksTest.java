package dev.pullcord.base.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.base.host.DaemonUnits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks that both daemons have, on a host that remembers what systemd was told. */
class DaemonChecksTest {
  private static final Path USUAL = Path.of("/var/lib/daemon");

  @TempDir Path directory;
  private final Host host = new Host();
  private boolean running;

  /** A host with two units. */
  private static final class Host implements DaemonUnits.HostProgram {
    boolean systemd = true;
    final Set<String> installed = new TreeSet<>(Set.of("daemon.service", "boot.service"));
    final Set<String> enabled = new TreeSet<>();
    boolean active;
    String answer = "";

    @Override
    public DaemonUnits.Result run(List<String> argv) {
      if (!systemd) {
        return new DaemonUnits.Result(1, "systemd does not run this host");
      }
      String unit = argv.getLast();
      return switch (argv.get(3)) {
        case "show" ->
            argv.contains("--property=ExecStart")
                ? start()
                : new DaemonUnits.Result(0, installed.contains(unit) ? "loaded\n" : "not-found\n");
        case "is-enabled" -> new DaemonUnits.Result(enabled.contains(unit) ? 0 : 1, "");
        case "is-active" -> new DaemonUnits.Result(0, active ? "active\n" : "inactive\n");
        case "stop" -> new DaemonUnits.Result(answer.isEmpty() ? 0 : 1, answer);
        default -> new DaemonUnits.Result(1, "unknown verb " + argv);
      };
    }
  }

  private static DaemonUnits.Result start() {
    String argv = "/usr/bin/daemon run --state " + USUAL;
    return new DaemonUnits.Result(0, "{ path=/usr/bin/daemon ; argv[]=" + argv + " ; pid=0 }\n");
  }

  private DaemonUnits units() {
    return new DaemonUnits(List.of("daemon.service", "boot.service"), host);
  }

  private Finding look(Path state) throws IOException {
    return new DaemonUnitCheck(units(), USUAL, state, () -> running).look();
  }

  @Test
  void bothUnitsHaveToStartAtBootAndTheDaemonToBeActive() throws IOException {
    assertThat(look(USUAL).detail()).contains("not enabled and inactive");
    host.enabled.add("daemon.service");
    host.active = true;
    assertThat(look(USUAL).detail()).contains("not enabled and active");
    assertThat(look(USUAL).fix()).contains("enable --now daemon.service boot.service");
    host.enabled.add("boot.service");
    assertThat(look(USUAL).ok()).isTrue();
  }

  @Test
  void aMissingUnitIsWrongUnlessTheDaemonRunsWithoutIt() throws IOException {
    host.installed.clear();
    assertThat(look(USUAL).fix()).isEqualTo("install the package");
    running = true;
    assertThat(look(USUAL).ok()).isTrue();
  }

  @Test
  void aConfigurationWithAnotherDirectoryThanTheUnitAtWorkIsWrong() throws IOException {
    host.active = true;
    assertThat(units().worksElsewhere(directory)).hasValue(USUAL);
    assertThat(units().worksElsewhere(USUAL)).isEmpty();
    Finding finding = look(directory);
    assertThat(finding.ok()).isFalse();
    assertThat(finding.detail())
        .isEqualTo("daemon.service works in /var/lib/daemon, and nothing works in " + directory);
    running = true;
    assertThat(look(directory).ok()).isTrue();
  }

  @Test
  void unitsSayNothingOfAnotherDirectoryOrWithoutSystemd() throws IOException {
    assertThat(look(directory).ok()).isTrue();
    host.systemd = false;
    assertThat(look(USUAL).ok()).isTrue();
  }

  @Test
  void onlyARefusalOfPolkitIsAReasonWhyAUnitMayNotBeEnded() throws IOException {
    assertThat(units().whyNotEnd("worker@0.service")).isEmpty();
    host.answer = "Failed to stop worker@0.service: Unit worker@0.service not loaded.";
    assertThat(units().whyNotEnd("worker@0.service")).isEmpty();
    host.answer = "Failed to stop worker@0.service: Interactive authentication required.";
    assertThat(units().whyNotEnd("worker@0.service")).hasValue(host.answer);
  }

  @Test
  void aDiskTakesAFileOrIsNamed() throws IOException {
    assertThat(new DiskCheck(directory.resolve("not/yet")).look().detail())
        .endsWith(" are free at " + directory);
    assertThat(directory).isEmptyDirectory();
    Path file = Files.writeString(directory.resolve("file"), "");
    Finding finding = new DiskCheck(file).look();
    assertThat(finding.ok()).isFalse();
    assertThat(finding.detail()).contains("no file can be made");
  }
}
