package dev.pullcord.server.dashboard;

import dev.pullcord.server.dashboard.FleetFeed.Edition;
import dev.pullcord.server.dashboard.session.Sessions;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open event streams of browsers. Each is written by the thread of its request, which the
 * request keeps until the stream ends, so that a browser that reads slowly delays nobody and one
 * that went away leaves no request behind that is answered twice; it is given the way from what it
 * has to the newest edition, never a queue of old ones. {@code fleet} names the edition that a page
 * has to be, {@code patch} is the way to the next. {@code beat} carries the server's time, by which
 * the page shows ages and by whose absence it knows that the stream is dead. A stream ends with its
 * session.
 */
final class EventStreams implements AutoCloseable {
  static final int STREAMS_MAX = 256;
  private static final Duration BEAT = Duration.ofSeconds(15);
  private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);

  private final FleetFeed feed;
  private final Fragments fragments;
  private final Sessions sessions;
  private final InstantSource clock;
  private final Semaphore places = new Semaphore(STREAMS_MAX);
  private volatile boolean closed;

  EventStreams(FleetFeed feed, Fragments fragments, Sessions sessions, InstantSource clock) {
    this.feed = feed;
    this.fragments = fragments;
    this.sessions = sessions;
    this.clock = clock;
  }

  /** Takes a place; false when all are taken. {@link #open} gives it back. */
  boolean takePlace() {
    return !closed && places.tryAcquire();
  }

  /** Writes to the browser until it goes, its session ends or the server does. */
  void open(HttpServletResponse response, String session) throws InterruptedException {
    feed.enter();
    try {
      response.setContentType("text/event-stream");
      response.setHeader("X-Accel-Buffering", "no");
      write(response.getOutputStream(), session);
    } catch (IOException e) {
      LOG.debug("a browser has gone: {}", e.toString());
    } finally {
      feed.leave();
      places.release();
    }
  }

  private void write(OutputStream out, String session) throws IOException, InterruptedException {
    beat(out);
    Edition sent = null;
    while (!closed && sessions.find(session).isPresent()) {
      Edition next = feed.await(sent == null ? -1 : sent.sequence(), BEAT);
      beat(out);
      if (next != null) {
        send(out, sent, next);
        sent = next;
      }
    }
  }

  private void send(OutputStream out, @Nullable Edition sent, Edition next) throws IOException {
    String patch = sent == null ? null : fragments.patch(sent, next);
    if (patch == null) {
      event(out, "fleet", next.mark());
    } else if (!patch.isEmpty()) {
      event(out, "patch", patch);
    }
  }

  private void beat(OutputStream out) throws IOException {
    event(out, "beat", clock.instant().toString());
  }

  private static void event(OutputStream out, String name, String data) throws IOException {
    StringBuilder text = new StringBuilder("event: ").append(name).append('\n');
    data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
    out.write(text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() {
    closed = true;
    feed.wake();
  }
}
