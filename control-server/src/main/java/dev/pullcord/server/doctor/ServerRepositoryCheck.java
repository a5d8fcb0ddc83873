package dev.pullcord.server.doctor;

import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.protocol.unit.Counted;
import dev.pullcord.server.githost.repository.RepositoryProbe;
import dev.pullcord.server.store.RefTable;
import java.io.IOException;
import java.util.List;

/** Whether there is one repository, and every branch in it leads to a commit that is there. */
final class ServerRepositoryCheck implements DoctorCheck {
  private final DoctorPatient patient;

  ServerRepositoryCheck(DoctorPatient patient) {
    this.patient = patient;
  }

  @Override
  public String name() {
    return "repository";
  }

  @Override
  public Finding look() throws IOException {
    List<RefTable.BranchHead> known = patient.read(tables -> tables.refs().all());
    RepositoryProbe.Result seen =
        RepositoryProbe.look(
            patient.config().repositories(),
            known.stream().map(RefTable.BranchHead::commit).toList());
    return seen.problems().isEmpty()
        ? Finding.good(
            this, Counted.of(seen.refs(), "ref") + "; each branch and tag leads to a commit")
        : Finding.bad(
            this,
            String.join("; ", seen.problems()),
            "push what is missing from a clone that has it, or restore the last backup");
  }
}
