package dev.pullcord.client;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;

/**
 * The server's event stream, used as a bell: an event says that something changed, never what. The
 * caller then asks. Without a stream it is told to ask every second, with one every five seconds,
 * so a lost event costs latency and nothing else. One thread waits on it.
 */
public final class EventBell implements AutoCloseable {
  private static final Duration LOOK_WITHOUT_STREAM = Duration.ofSeconds(1);
  private static final Duration LOOK_WITH_STREAM = Duration.ofSeconds(5);
  private static final Duration BEFORE_OPENING_AGAIN = Duration.ofSeconds(2);
  private final Http http;
  private final LongSupplier nanoTime;
  private final Semaphore bell = new Semaphore(0);
  private @Nullable EventSource source;
  private final CountDownLatch closed = new CountDownLatch(1);
  private long openedAtNanos;
  private @Nullable ServerUrl openedAt;
  private long lookedAtNanos;
  private volatile boolean up;
  private volatile boolean ended = true;

  EventBell(Http http, LongSupplier nanoTime) {
    this.http = http;
    this.nanoTime = nanoTime;
    lookedAtNanos = nanoTime.getAsLong();
  }

  /**
   * Returns when it is time to look again, at the latest after that time.
   *
   * @return whether it is time to look; false when only the time given is over
   */
  public boolean await(Duration atMost) throws InterruptedException {
    openWhereNeeded();
    long look = (up ? LOOK_WITH_STREAM : LOOK_WITHOUT_STREAM).toNanos();
    long untilLook = look - (nanoTime.getAsLong() - lookedAtNanos);
    boolean rang =
        bell.tryAcquire(Math.max(0, Math.min(untilLook, atMost.toNanos())), TimeUnit.NANOSECONDS);
    bell.drainPermits(); // however often it rang, one look sees all of it
    boolean due = rang || nanoTime.getAsLong() - lookedAtNanos >= look;
    if (due) {
      lookedAtNanos = nanoTime.getAsLong();
    }
    return due;
  }

  /**
   * Waits that long whatever happens, so that a bell that rings all the time is heard less often.
   */
  public void pause(Duration length) throws InterruptedException {
    closed.await(length.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Ends the waiting, now and from now on; from another thread. */
  public void wake() {
    closed.countDown();
    bell.release();
  }

  private void openWhereNeeded() {
    long now = nanoTime.getAsLong();
    if (source != null && !ended && !http.server().equals(openedAt)) {
      source.cancel(); // somebody else is asked now; this one may hang
    }
    if (!ended || (source != null && now - openedAtNanos < BEFORE_OPENING_AGAIN.toNanos())) {
      return;
    }
    ended = false;
    openedAtNanos = now;
    openedAt = http.server();
    source =
        EventSources.createFactory(http.streaming(http.server()))
            .newEventSource(
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
