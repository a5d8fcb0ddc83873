package dev.pullcord.base.doctor;

import dev.pullcord.base.host.DaemonUnits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Whether a daemon's units are installed, start at boot, and run, where systemd runs this host. */
public final class DaemonUnitCheck implements DoctorCheck {
  private final DaemonUnits units;
  private final Path usual;
  private final Path state;
  private final BooleanSupplier running;

  /**
   * Of a daemon.
   *
   * @param usual the state directory that the units are for
   * @param state the daemon's own
   * @param running whether the daemon runs, however it was started
   */
  public DaemonUnitCheck(DaemonUnits units, Path usual, Path state, BooleanSupplier running) {
    this.units = units;
    this.usual = usual;
    this.state = state;
    this.running = running;
  }

  @Override
  public String name() {
    return "unit";
  }

  @Override
  public Finding look() throws IOException {
    String unit = units.name();
    if (!units.haveSystemd()) {
      return Finding.good(this, "systemd does not run this host");
    }
    Optional<Path> other = running.getAsBoolean() ? Optional.empty() : units.worksElsewhere(state);
    if (other.isPresent()) {
      return Finding.bad(
          this,
          "%s works in %s, and nothing works in %s".formatted(unit, other.get(), state),
          "let `state` of the configuration be the directory of the unit, or leave it out");
    }
    if (!state.equals(usual)) {
      return Finding.good(this, "the unit is for " + usual + ", not for " + state);
    }
    if (!units.areInstalled()) {
      return running.getAsBoolean()
          ? Finding.good(this, "no " + unit + " is installed; it was started by hand")
          : Finding.bad(this, "no " + unit + " is installed", "install the package");
    }
    boolean boots = units.startAtBoot();
    String now = units.state();
    return boots && now.equals("active")
        ? Finding.good(this, unit + " is enabled and active")
        : Finding.bad(
            this,
            unit + " is " + (boots ? "enabled" : "not enabled") + " and " + now,
            "systemctl enable --now %s; if it does not start: journalctl -u %s"
                .formatted(units.all(), unit));
  }
}
