package dev.pullcord.agent.logs;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.channel.ServerEvent.LogsWanted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a server that asks for logs, each on a thread of its own, at most {@value #AT_ONCE} at
 * once. Ends when nobody reads any more, which every piece's answer says, and after {@value
 * #HOURS_MAX} hours. It can neither slow the converging down nor fail it.
 */
public final class LogSender implements Consumer<LogsWanted> {
  private static final int AT_ONCE = 4;
  private static final int HOURS_MAX = 12;
  private static final int LINES_MAX = 10_000;
  private static final Duration LOOK_EVERY = Duration.ofMillis(300);
  private static final Duration ASK_AFTER = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(LogSender.class);

  private final StateDirectory directory;
  private final Predicate<LogLines> post;
  private final HostClock clock;
  private final Masks masks;
  private final Semaphore places = new Semaphore(AT_ONCE);
  private final Signal never = new Signal();

  /** To that server. */
  public LogSender(StateDirectory directory, AgentHttp http, HostClock clock, Masks masks) {
    this(directory, piece -> isWanted(http, piece), clock, masks);
  }

  /**
   * By another way.
   *
   * @param post sends a piece; whether more is wanted
   */
  LogSender(StateDirectory directory, Predicate<LogLines> post, HostClock clock, Masks masks) {
    this.directory = directory;
    this.post = post;
    this.clock = clock;
    this.masks = masks;
  }

  @Override
  public void accept(LogsWanted wanted) {
    LastingThreads.start("logs", () -> serve(wanted));
  }

  /** To its end, which the server is told of in each case but one: it does not answer. */
  void serve(LogsWanted wanted) {
    if (!places.tryAcquire()) {
      sendLast(wanted, AT_ONCE + " logs of this node are being read already\n");
      return;
    }
    try {
      answer(wanted);
    } catch (IOException | UncheckedIOException e) {
      sendLast(wanted, "the log cannot be read: " + FileFault.of(e) + "\n");
    } catch (RuntimeException e) {
      LOG.error("a worker's log could not be sent; this is a bug", e);
      sendLast(wanted, "the agent failed while it read this log; its own log says why\n");
    } finally {
      places.release();
    }
  }

  /** Why there is no more; who cannot be told it has to do without. */
  private void sendLast(LogsWanted wanted, String why) {
    try {
      send(wanted, why, true);
    } catch (RuntimeException e) {
      LOG.error("the end of a worker's log could not be sent: {}", why.strip(), e);
    }
  }

  private void answer(LogsWanted wanted) throws IOException {
    LogFollower follower = new LogFollower(directory, wanted.worker(), masks);
    Optional<String> begin = follower.begin(Math.clamp(wanted.lines(), 1, LINES_MAX));
    if (begin.isEmpty()) {
      String which = wanted.worker() == null ? "any worker" : "a worker " + wanted.worker();
      send(wanted, "this node has no log of " + which + "\n", true);
      return;
    }
    boolean more = send(wanted, begin.get(), !wanted.follow());
    long end = clock.nanos() + Duration.ofHours(HOURS_MAX).toNanos();
    long sent = clock.nanos();
    while (more && wanted.follow() && clock.nanos() - end < 0) {
      clock.await(never, never.count(), LOOK_EVERY);
      String text = follower.more();
      if (!text.isEmpty() || clock.nanos() - sent > ASK_AFTER.toNanos()) {
        more = send(wanted, text, false);
        sent = clock.nanos();
      }
    }
    if (more && wanted.follow()) {
      send(wanted, "this log was followed for " + HOURS_MAX + " hours; follow it again\n", true);
    }
  }

  /** Where a piece from there on ends: after a line, or, in a very long one, after a character. */
  static int end(String text, int from) {
    int most = from + LogLines.MAX_CHARACTERS;
    if (most >= text.length()) {
      return text.length();
    }
    int line = text.lastIndexOf('\n', most - 1) + 1;
    if (line > from) {
      return line;
    }
    return Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
  }

  /** Whether more is wanted. */
  private boolean send(LogsWanted wanted, String text, boolean last) {
    int from = 0;
    do {
      int to = end(text, from);
      boolean end = last && to == text.length();
      if (!post.test(new LogLines(wanted.request(), text.substring(from, to), end))) {
        LOG.debug("nobody reads {} any more", wanted.request());
        return false;
      }
      from = to;
    } while (from < text.length());
    return true;
  }

  private static boolean isWanted(AgentHttp http, LogLines piece) {
    Answer<LogLines.Answer> answer = http.post("/agent/v1/logs", piece, LogLines.Answer.class);
    if (answer instanceof Answer.Value<LogLines.Answer>(LogLines.Answer told)) {
      return told.wanted();
    }
    LOG.info("a piece of a log that somebody reads could not be sent: {}", answer);
    return false;
  }
}
