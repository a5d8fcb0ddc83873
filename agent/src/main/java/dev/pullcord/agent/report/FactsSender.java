package dev.pullcord.agent.report;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.protocol.contact.NodeFacts;
import dev.pullcord.protocol.report.ReportMessages.Heartbeat;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the server about this host: once whenever the server can be reached again, and every ten
 * minutes if something has changed. What is lost is told the next time. A server of the version
 * before takes none, and is asked again only after the next connection.
 */
public final class FactsSender {
  private static final Duration LOOK_EVERY = Duration.ofMinutes(10);
  private static final int NOT_FOUND = 404;

  private final Supplier<NodeFacts> reading;
  private final AgentHttp http;
  private final HostClock clock;
  private volatile boolean connected;
  private @Nullable NodeFacts told;
  private long lookedNanos;
  private boolean taken;

  /**
   * To that server.
   *
   * @param reading reads the host as it is now
   */
  public FactsSender(Supplier<NodeFacts> reading, AgentHttp http, HostClock clock) {
    this.reading = reading;
    this.http = http;
    this.clock = clock;
  }

  /** The server answers again, and may be another one. */
  public void online() {
    connected = true;
  }

  /** To be called every second or so, by one thread at a time. */
  public void tick() {
    boolean first = connected;
    if (first) {
      connected = false;
      told = null;
      taken = true;
    } else if (!taken || clock.nanos() - lookedNanos < LOOK_EVERY.toNanos()) {
      return;
    }
    lookedNanos = clock.nanos();
    NodeFacts now = reading.get();
    if (now.isNewsAfter(told)) {
      tell(now);
    }
  }

  private void tell(NodeFacts now) {
    Answer<Heartbeat> answer = http.post("/agent/v1/facts", now, Heartbeat.class);
    if (answer instanceof Answer.Value<Heartbeat>) {
      told = now;
    } else if (answer instanceof Answer.Refused<Heartbeat> no && no.status() == NOT_FOUND) {
      taken = false;
    }
  }
}
