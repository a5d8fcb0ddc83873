package dev.pullcord.cli.client;

import dev.pullcord.cli.host.HostClock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;

/**
 * The server's event stream, used as a bell: an event says that it is worth to look, never what
 * there is to see. While the stream is down one looks every second, while it is up every five, so a
 * lost event costs latency and nothing else. One thread uses it.
 */
public final class Changes implements AutoCloseable {
  private static final Duration LOOK_WITHOUT_STREAM = Duration.ofSeconds(1);
  private static final Duration LOOK_WITH_STREAM = Duration.ofSeconds(5);
  private static final Duration BEFORE_OPENING_AGAIN = Duration.ofSeconds(2);
  private final Http http;
  private final HostClock clock;
  private final EventSource.Factory sources;
  private final Semaphore bell = new Semaphore(0);
  private @Nullable EventSource source;
  private long openedAtNanos;
  private volatile boolean up;
  private volatile boolean ended = true;

  Changes(Http http, HostClock clock) {
    this.http = http;
    this.clock = clock;
    sources = EventSources.createFactory(http.streaming());
  }

  /** Returns when it is time to look again, at the latest after that time. */
  public void await(Duration atMost) throws InterruptedException {
    openWhereNeeded();
    Duration look = up ? LOOK_WITH_STREAM : LOOK_WITHOUT_STREAM;
    long nanos = Math.max(0, Math.min(look.toNanos(), atMost.toNanos()));
    if (bell.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
      bell.drainPermits(); // however often it rang, one look sees all of it
    }
  }

  private void openWhereNeeded() {
    long now = clock.nanoTime();
    if (!ended || (source != null && now - openedAtNanos < BEFORE_OPENING_AGAIN.toNanos())) {
      return;
    }
    ended = false;
    openedAtNanos = now;
    source =
        sources.newEventSource(
            http.request(Map.of(), "events").header("Accept", "text/event-stream").build(),
            new Listener());
  }

  @Override
  public void close() {
    if (source != null) {
      source.cancel();
    }
  }

  private final class Listener extends EventSourceListener {
    @Override
    public void onOpen(EventSource opened, Response response) {
      up = true;
      bell.release(); // what changed before the stream was open has no event
    }

    @Override
    public void onEvent(EventSource from, @Nullable String id, @Nullable String type, String data) {
      bell.release();
    }

    @Override
    public void onClosed(EventSource closed) {
      up = false;
      ended = true;
    }

    @Override
    public void onFailure(
        EventSource failed, @Nullable Throwable cause, @Nullable Response response) {
      up = false;
      ended = true; // the next look says what is wrong, if it concerns more than the stream
    }
  }
}
