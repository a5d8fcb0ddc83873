package dev.pullcord.server.dashboard;

import dev.pullcord.server.dashboard.FleetFeed.Edition;
import dev.pullcord.server.dashboard.session.Sessions;
import io.javalin.http.sse.SseClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The open event streams of browsers. Each is written by a thread of its own, so that a browser
 * that reads slowly delays nobody; it is given the way from what it has to the newest edition,
 * never a queue of old ones. {@code fleet} names the edition that a page has to be, {@code patch}
 * is the way to the next. {@code beat} carries the server's time, by which the page shows ages and
 * by whose absence it knows that the stream is dead. A stream ends with its session.
 */
final class EventStreams implements AutoCloseable {
  static final int STREAMS_MAX = 256;
  private static final Duration BEAT = Duration.ofSeconds(15);

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
  void open(SseClient client, String session) {
    client.keepAlive();
    Thread.ofVirtual().name("dashboard-stream").start(() -> write(client, session));
  }

  private void write(SseClient client, String session) {
    feed.enter();
    try (client) {
      beat(client);
      Edition sent = null;
      while (!closed && !client.terminated() && sessions.find(session).isPresent()) {
        Edition next = feed.await(sent == null ? -1 : sent.sequence(), BEAT);
        beat(client);
        if (next != null) {
          send(client, sent, next);
          sent = next;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      feed.leave();
      places.release();
    }
  }

  private void send(SseClient client, @Nullable Edition sent, Edition next) {
    String patch = sent == null ? null : fragments.patch(sent, next);
    if (patch == null) {
      client.sendEvent("fleet", next.mark());
    } else if (!patch.isEmpty()) {
      client.sendEvent("patch", patch);
    }
  }

  private void beat(SseClient client) {
    client.sendEvent("beat", clock.instant().toString());
  }

  @Override
  public void close() {
    closed = true;
    feed.wake();
  }
}
