package dev.pullcord.server.doctor;

import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.server.store.AuditTable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;

/** Whether the clock stands in a sane year and not before what was already written down by it. */
final class ServerClockCheck implements DoctorCheck {
  private static final Instant EARLIEST = Instant.parse("2025-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
  private static final Duration TOLERANCE = Duration.ofMinutes(2);
  private static final String FIX = "timedatectl; set the clock, and keep it by NTP";

  private final DoctorPatient patient;

  ServerClockCheck(DoctorPatient patient) {
    this.patient = patient;
  }

  @Override
  public String name() {
    return "clock";
  }

  @Override
  public Finding look() throws IOException {
    Instant now = patient.clock().instant();
    if (now.isBefore(EARLIEST) || now.isAfter(LATEST)) {
      return Finding.bad(this, "it is " + now + " here", FIX);
    }
    Instant last =
        patient.read(tables ->
            Stream.concat(
                    tables.nodes().all().stream().map(node -> node.agent().lastSeen()),
                    tables.audit().newest(1).stream().map(AuditTable.Act::at))
                .filter(Objects::nonNull)
                .max(Instant::compareTo)
                .orElse(now));
    return last.isAfter(now.plus(TOLERANCE))
        ? Finding.bad(
            this, "it is " + now + " here, and the server last wrote something at " + last, FIX)
        : Finding.good(this, now + "; the last that was written is of " + last);
  }
}
