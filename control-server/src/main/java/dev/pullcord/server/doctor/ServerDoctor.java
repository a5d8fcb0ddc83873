package dev.pullcord.server.doctor;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.server.store.StoreException;
import java.util.ArrayList;
import java.util.List;

/** Makes all checks of a server, in the order in which a person would look. */
public final class ServerDoctor {
  private final List<DoctorCheck> checks;

  ServerDoctor(List<DoctorCheck> checks) {
    this.checks = List.copyOf(checks);
  }

  /** The checks of that server. */
  public static ServerDoctor of(DoctorPatient patient) {
    return new ServerDoctor(
        List.of(
            new ServerStateCheck(patient),
            new ServerDiskCheck(patient.state()),
            new ServerStoreCheck(patient),
            new ServerRepositoryCheck(patient),
            new ServerKeysCheck(patient),
            new ServerPortsCheck(patient),
            new ServerNameCheck(patient),
            new ServerClockCheck(patient),
            new ServerMemoryCheck(),
            new ServerUnitCheck(patient),
            new ServerProgramsCheck(patient.units()),
            new ServerFleetCheck(patient)));
  }

  /** What they have found; none keeps the others from being made. */
  public List<Finding> look() {
    List<Finding> findings = new ArrayList<>();
    for (DoctorCheck check : checks) {
      findings.add(look(check));
    }
    return findings;
  }

  private static Finding look(DoctorCheck check) {
    try {
      return check.look();
    } catch (StoreException e) {
      return Finding.bad(check, e.code() + "  " + e.getMessage(), "see docs/operating/recover.md");
    } catch (Exception e) {
      return Finding.bad(
          check, "could not be looked at: " + FileFault.of(e), "mend that, then look again");
    }
  }
}
