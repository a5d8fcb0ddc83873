package dev.pullcord.server.doctor;

import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.protocol.unit.Counted;
import dev.pullcord.server.store.postgres.PostgresNote;
import dev.pullcord.server.store.postgres.PostgresServers;
import dev.pullcord.server.store.sqlite.StoreCopy;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether the store is sound, and of this program's schema. */
final class ServerStoreCheck implements DoctorCheck {
  private final DoctorPatient patient;

  ServerStoreCheck(DoctorPatient patient) {
    this.patient = patient;
  }

  @Override
  public String name() {
    return "store";
  }

  @Override
  public Finding look() throws IOException {
    patient.requireServer();
    Optional<PostgresNote> note = PostgresNote.read(patient.state());
    if (note.isPresent()) {
      return ofDatabase(note.get());
    }
    List<String> problems = StoreCopy.problems(patient.storeFile());
    if (!problems.isEmpty()) {
      return Finding.bad(
          this,
          patient.storeFile() + " is damaged: " + String.join("; ", problems),
          "stop the server, move its state away, and restore the last backup:"
              + " pullcord-server restore");
    }
    patient.read(tables -> true); // refuses another schema
    StoreCopy.Content content = StoreCopy.content(patient.storeFile());
    return Finding.good(
        this,
        "sound; revision %d, schema %d, %s"
            .formatted(content.revision(), content.schema(), Counted.of(content.nodes(), "node")));
  }

  /** Whether a database is sound on disk is for its own tools to say. */
  private Finding ofDatabase(PostgresNote note) throws IOException {
    int nodes = patient.read(tables -> tables.nodes().all().size());
    long revision = patient.read(tables -> tables.revisions().newest());
    return Finding.good(
        this,
        "in %s; revision %d, %s%s"
            .formatted(note.url(), revision, Counted.of(nodes, "node"), servers(note)));
  }

  private static String servers(PostgresNote note) {
    return PostgresServers.all(note.address()).stream()
        .map(s ->
            "; %s %s, seen %d s ago"
                .formatted(
                    s.active() ? "active" : "standby", s.server().agents(), s.ago().toSeconds()))
        .collect(Collectors.joining());
  }
}
