package dev.pullcord.server.doctor;

import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.protocol.unit.Counted;
import dev.pullcord.server.store.StoredNode;
import java.io.IOException;
import java.util.List;

/** Whether some node waits for a person: it is ahead of this server, or two hosts use its key. */
final class ServerFleetCheck implements DoctorCheck {
  private static final int SHOWN = 5;

  private final DoctorPatient patient;

  ServerFleetCheck(DoctorPatient patient) {
    this.patient = patient;
  }

  @Override
  public String name() {
    return "fleet";
  }

  @Override
  public Finding look() throws IOException {
    List<StoredNode> nodes = patient.read(tables -> tables.nodes().all());
    List<String> alarms =
        nodes.stream()
            .filter(node -> node.contact().alarm() != null)
            .map(node -> node.name() + ": " + node.contact().alarm())
            .toList();
    if (alarms.isEmpty()) {
      return Finding.good(this, Counted.of(nodes.size(), "node") + ", and none waits for a person");
    }
    String more = alarms.size() > SHOWN ? "; and " + (alarms.size() - SHOWN) + " more" : "";
    return Finding.bad(
        this,
        String.join("; ", alarms.subList(0, Math.min(SHOWN, alarms.size()))) + more,
        "docs/operating/recover.md says what to do for each");
  }
}
