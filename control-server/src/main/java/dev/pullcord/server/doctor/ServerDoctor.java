package dev.pullcord.server.doctor;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.doctor.DaemonUnitCheck;
import dev.pullcord.base.doctor.DiskCheck;
import dev.pullcord.base.doctor.Examination;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.store.StoreException;
import java.util.List;

/** Makes all checks of a server, in the order in which a person would look. */
public final class ServerDoctor {
  private ServerDoctor() {}

  /** What the checks of that server find. */
  public static Examination examine(DoctorPatient patient) {
    return Examination.of(
        List.of(
            new ServerStateCheck(patient),
            new DiskCheck(patient.state()),
            new ServerStoreCheck(patient),
            new ServerRepositoryCheck(patient),
            new ServerKeysCheck(patient),
            new ServerPortsCheck(patient),
            new ServerNameCheck(patient),
            new ServerClockCheck(patient),
            new ServerMemoryCheck(),
            new DaemonUnitCheck(
                patient.units(), ServerConfig.DEFAULT.state(), patient.state(), patient::running),
            new ServerProgramsCheck(patient.units()),
            new ServerFleetCheck(patient)),
        ServerDoctor::words);
  }

  private static String words(Exception e) {
    return e instanceof StoreException store
        ? store.code() + "  " + store.getMessage() + "; see docs/operating/recover.md"
        : FileFault.of(e);
  }
}
