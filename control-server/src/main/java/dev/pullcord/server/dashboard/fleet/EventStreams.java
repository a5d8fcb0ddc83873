package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.fleet.FleetFeed.Edition;
import dev.pullcord.server.security.limit.OpenRequests;
import dev.pullcord.server.security.limit.Shares;
import io.javalin.http.Context;
import io.javalin.http.ServiceUnavailableResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;
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
 * session, and when the server cannot read the fleet: an open page must not say that it is live.
 */
final class EventStreams implements AutoCloseable {
  private static final Duration BEAT = Duration.ofSeconds(15);
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);

  private final FleetFeed feed;
  private final Fragments fragments;
  private final PageSupport pages;
  private volatile boolean closed;

  EventStreams(FleetFeed feed, Fragments fragments, PageSupport pages) {
    this.feed = feed;
    this.fragments = fragments;
    this.pages = pages;
  }

  /**
   * Who has a stream open.
   *
   * @param owner of the token that they signed in with
   * @param session of their browser
   * @param patches whether they are told what changed, and not only that something did
   */
  record Reader(String owner, String session, boolean patches) {}

  /** Writes to the browser until it goes, its session ends or the server does. */
  void open(Context ctx, Reader reader) throws InterruptedException {
    if (closed) {
      throw new ServiceUnavailableResponse("the server stops");
    }
    HttpServletResponse response = ctx.res();
    BooleanSupplier lasts = () -> pages.lasts(reader.session());
    try (Shares.Share _ = pages.entrance().live().take(reader.owner());
        OpenRequests.Standing standing = pages.entrance().open().enterTelling(ctx, lasts)) {
      feed.enter();
      try {
        response.setContentType("text/event-stream");
        response.setHeader("X-Accel-Buffering", "no");
        response.flushBuffer();
        write(response.getOutputStream(), standing, reader.patches());
      } finally {
        feed.leave();
      }
    } catch (IOException e) {
      LOG.debug("a browser has gone: {}", e.toString());
    }
  }

  private void write(OutputStream out, OpenRequests.Standing standing, boolean patches)
      throws IOException, InterruptedException {
    Edition sent = null;
    Duration quiet = Duration.ZERO;
    while (!closed && standing.goesOn() && feed.knows()) {
      Edition next = feed.await(sent == null ? -1 : sent.sequence(), LOOK);
      quiet = quiet.plus(LOOK);
      if (next != null && standing.goesOn()) {
        beat(out); // Not before there is something to show: a page that hears it is live.
        send(out, patches ? sent : null, next);
        sent = next;
        quiet = Duration.ZERO;
      } else if (sent != null && quiet.compareTo(BEAT) >= 0) {
        beat(out);
        quiet = Duration.ZERO;
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
    event(out, "beat", pages.now().toString());
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
