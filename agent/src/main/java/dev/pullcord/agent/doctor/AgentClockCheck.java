package dev.pullcord.agent.doctor;

import dev.pullcord.agent.doctor.ServerProbe.Contact;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.protocol.desired.DesiredState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Whether this host's clock stands in a sane year, and agrees with the server's. */
final class AgentClockCheck implements DoctorCheck {
  private static final Instant EARLIEST = Instant.parse("2025-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
  private static final Duration TOLERANCE = Duration.ofSeconds(30);
  private static final String FIX = "timedatectl; set the clock, and keep it by NTP, on both hosts";

  private final HostClock clock;
  private final ServerProbe server;

  AgentClockCheck(HostClock clock, ServerProbe server) {
    this.clock = clock;
    this.server = server;
  }

  @Override
  public String name() {
    return "clock";
  }

  @Override
  public Finding look() {
    Instant now = clock.now().truncatedTo(ChronoUnit.SECONDS);
    if (now.isBefore(EARLIEST) || now.isAfter(LATEST)) {
      return Finding.bad(this, "it is " + now + " here", FIX);
    }
    Optional<Contact> contact = contact();
    if (contact.isEmpty()
        || !(contact.get().answer() instanceof Answer.Value<DesiredState>(DesiredState desired))) {
      return Finding.good(this, "it is " + now + " here; not compared with a server's");
    }
    Duration ahead = Duration.between(desired.serverTime(), contact.get().at());
    String seconds = ahead.abs().toSeconds() + " s";
    return ahead.abs().compareTo(TOLERANCE) > 0
        ? Finding.bad(
            this,
            "it is %s here, %s %s the server's clock"
                .formatted(now, seconds, ahead.isNegative() ? "behind" : "ahead of"),
            FIX)
        : Finding.good(this, "it is " + now + " here; the server's differs by " + seconds);
  }

  /** What keeps the server from being asked is a finding of another check. */
  private Optional<Contact> contact() {
    try {
      return server.contact();
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
