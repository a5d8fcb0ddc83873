package dev.pullcord.server.doctor;

import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.base.host.DaemonUnits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Whether the one program that the server starts is there; git is only for people. */
final class ServerProgramsCheck implements DoctorCheck {
  private final DaemonUnits units;
  private final String path;

  ServerProgramsCheck(DaemonUnits units) {
    this(units, String.valueOf(System.getenv("PATH")));
  }

  /**
   * @param path folders, with colons between
   */
  ServerProgramsCheck(DaemonUnits units, String path) {
    this.units = units;
    this.path = path;
  }

  @Override
  public String name() {
    return "programs";
  }

  @Override
  public Finding look() throws IOException {
    if (units.haveSystemd() && !has("systemd-notify")) {
      return Finding.bad(
          this,
          "no systemd-notify on PATH: the unit would never be ready",
          "install systemd's own package, and look at PATH");
    }
    return Finding.good(
        this,
        has("git")
            ? "git is on PATH, for clones on this host; the server needs none"
            : "no git on PATH; the server needs none");
  }

  private boolean has(String program) {
    return Arrays.stream(path.split(":", -1))
        .filter(folder -> !folder.isEmpty())
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
