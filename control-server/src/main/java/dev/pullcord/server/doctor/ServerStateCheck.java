package dev.pullcord.server.doctor;

import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.server.host.StateAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the state directory is there, belongs to one user, and is closed to all others. */
final class ServerStateCheck implements DoctorCheck {
  private final DoctorPatient patient;

  ServerStateCheck(DoctorPatient patient) {
    this.patient = patient;
  }

  @Override
  public String name() {
    return "state";
  }

  @Override
  public Finding look() throws IOException {
    Path state = patient.state();
    if (!Files.isDirectory(state)) {
      return Finding.bad(
          this,
          state + " is not there",
          "pullcord-server init, or name the directory with --state");
    }
    patient.requireServer();
    try {
      StateAccess.checkAsAdministrator(state);
    } catch (IOException e) {
      return Finding.bad(this, String.valueOf(e.getMessage()), "run the command that it ends with");
    }
    String owner = Files.getOwner(state).getName();
    for (String name : new String[] {"store.db", "tls/agents.key", "tls/people.key"}) {
      Path file = state.resolve(name);
      if (Files.exists(file) && !Files.getOwner(file).getName().equals(owner)) {
        return Finding.bad(
            this,
            file + " belongs to " + Files.getOwner(file) + ", the directory to " + owner,
            "chown -R " + owner + " " + state);
      }
    }
    String runs = patient.running() ? "a server runs on it" : "no server runs on it";
    return Finding.good(this, state + ", of user " + owner + "; " + runs);
  }
}
