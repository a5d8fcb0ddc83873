package dev.pullcord.server.doctor;

import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.unit.Counted;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.githost.repository.RepositoryProbe;
import dev.pullcord.server.host.StoreFile;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.postgres.PostgresNote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    List<CommitId> needed =
        new ArrayList<>(
            patient.read(t -> t.refs().all().stream().map(RefTable.BranchHead::commit).toList()));
    boolean inDatabase = PostgresNote.read(patient.state()).isPresent();
    needed.addAll(StoreFile.kept(patient.state()));
    RepositoryProbe.Result seen = RepositoryProbe.look(patient.config().repositories(), needed);
    if (!seen.problems().isEmpty()) {
      return Finding.bad(
          this,
          String.join("; ", seen.problems()),
          inDatabase
              ? "start the server: it fetches from the database what its disk lacks"
              : "push what is missing from a clone that has it, or restore the last backup");
    }
    if (!seen.left().isEmpty()) {
      return Finding.bad(
          this,
          "nothing in the database leads to what is kept here as " + String.join(", ", seen.left()),
          "fetch it and push it to a branch; forget it with: "
              + forget(
                  seen.path(),
                  Files.getOwner(seen.path()).getName(),
                  System.getProperty("user.name", ""),
                  seen.left().getFirst()));
    }
    return Finding.good(
        this,
        Counted.of(seen.refs(), "ref")
            + "; each branch and tag leads to a commit"
            + (inDatabase ? ", and the disk has all that the database names" : ""));
  }

  /**
   * The command, as the repository's owner: git refuses to work in what belongs to another user,
   * also as root.
   *
   * @param user who types it
   */
  static String forget(Path repository, String owner, String user, String ref) {
    return (owner.equals(user) ? "" : "runuser -u " + owner + " -- ")
        + "git -C "
        + ShellWord.of(repository.toString())
        + " update-ref -d "
        + ShellWord.of(ref);
  }
}
