package dev.pullcord.server.doctor;

import dev.pullcord.base.host.DaemonUnits;
import dev.pullcord.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Path;

/** Whether the unit is installed, starts at boot, and runs, where systemd runs this host. */
final class ServerUnitCheck implements DoctorCheck {
  private static final String UNIT = "pullcord-server.service";
  private static final Path STATE = ServerConfig.DEFAULT.state();

  private final DoctorPatient patient;

  ServerUnitCheck(DoctorPatient patient) {
    this.patient = patient;
  }

  @Override
  public String name() {
    return "unit";
  }

  @Override
  public Finding look() throws IOException {
    DaemonUnits units = patient.units();
    if (!units.haveSystemd()) {
      return Finding.good(this, "systemd does not run this host");
    }
    if (!patient.state().equals(STATE)) {
      return Finding.good(this, "the unit is for " + STATE + ", not for this server");
    }
    if (!units.areInstalled()) {
      return patient.running()
          ? Finding.good(this, "no " + UNIT + " is installed; the server was started by hand")
          : Finding.bad(this, "no " + UNIT + " is installed", "install the package");
    }
    boolean boots = units.startAtBoot();
    String state = units.state();
    return boots && state.equals("active")
        ? Finding.good(this, UNIT + " is enabled and active")
        : Finding.bad(
            this,
            UNIT + " is " + (boots ? "enabled" : "not enabled") + " and " + state,
            "systemctl enable --now " + UNIT + "; if it does not start: journalctl -u " + UNIT);
  }
}
