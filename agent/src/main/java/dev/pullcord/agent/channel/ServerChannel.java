package dev.pullcord.agent.channel;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.decision.DecisionSource;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.http.EventStream;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeStatus.ServerContact;
import dev.pullcord.protocol.report.ReportMessages.Heartbeat;
import dev.pullcord.protocol.report.ReportMessages.Session;
import dev.pullcord.protocol.report.ReportMessages.SessionRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one event stream to the server open, for ever: session, stream, and after each end of it a
 * wait with jitter. What arrives goes into the cache; losing any of it costs latency until the next
 * poll, never correctness.
 *
 * <p>Owns a server that is away, that is another one, or that does not know this node: each is
 * logged once when it begins and once when it ends, and the workers are left alone.
 */
public final class ServerChannel implements DecisionSource, AutoCloseable {
  private static final Duration GOODBYE_MAX = Duration.ofSeconds(2);
  private static final Duration QUIET_MAX = Duration.ofSeconds(15);

  /** A stream that ends sooner is no success: the next one is waited for longer. */
  private static final Duration LASTS = Duration.ofSeconds(5);

  private static final String SESSION_OVER = "SESSION_OVER";
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(3);

  private final AgentHttp http;
  private final ServerRotation rotation;
  private final SilenceWatch watch;
  private final DesiredStateCache cache;
  private final Supplier<SessionRequest> self;
  private final LongConsumer online;
  private final EventIntake intake;
  private final Backoff backoff;
  private final ContactLog contactLog;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = LastingThreads.unstarted("channel", this::run);
  private volatile @Nullable Session session;
  private volatile @Nullable EventStream stream;
  private volatile boolean connected;

  /**
   * @param watch knows which server is spoken to, and leaves it when it hangs
   * @param self what a session is opened with, at that moment
   * @param online called with the epoch whenever the stream has been opened
   * @param handlers take what comes beside decisions
   * @param joinHint the command that makes this node known to the server
   */
  public ServerChannel(
      SilenceWatch watch,
      DesiredStateCache cache,
      Supplier<SessionRequest> self,
      LongConsumer online,
      EventHandlers handlers,
      Backoff backoff,
      String joinHint) {
    this.rotation = watch.rotation();
    this.watch = watch;
    this.http = rotation.http();
    this.cache = cache;
    this.self = self;
    this.online = online;
    this.intake = new EventIntake(handlers, cache, rotation, this::poll);
    this.backoff = backoff;
    this.contactLog = new ContactLog(joinHint);
    http.onRefusal(this::refused);
  }

  /** Begins, on a thread of its own. */
  public void start() {
    thread.start();
  }

  @Override
  public Optional<Decision> current() {
    return cache.current();
  }

  @Override
  public ServerContact contact() {
    return new ServerContact(
        http.url(""),
        connected,
        http.lastContact(),
        connected ? null : contactLog.problem(),
        connected ? contactLog.moved() : null);
  }

  /** What this node will run by itself at its time, after a pin or a freeze. */
  public List<CommitId> later() {
    return cache.later();
  }

  /** To be called every second or so: ends a pin and a freeze at their time. */
  public void tick() {
    cache.tick();
  }

  /** Asks the server what this node is to run: the truth, whatever events were lost. */
  public void poll() {
    for (int n = rotation.size(); n > 0 && !http.retryAfter().left().isPositive(); n--) {
      String url = rotation.url();
      Answer<DesiredState> answer = http.get("/agent/v1/desired", DesiredState.class);
      contactLog.heard(url, answer);
      if (answer instanceof Answer.Value<DesiredState>(DesiredState desired)) {
        cache.accept(desired);
        return;
      }
      if (connected || !leaves(url, answer)) {
        return;
      }
    }
  }

  /** To be called every second or so: says that this node is alive if nothing else has. */
  public void heartbeat() {
    if (session == null
        || http.quietFor().compareTo(QUIET_MAX) < 0
        || http.retryAfter().left().isPositive()) {
      return;
    }
    String url = rotation.url();
    Answer<Heartbeat> answer = http.post("/agent/v1/heartbeat", null, Heartbeat.class);
    contactLog.heard(url, answer);
    if (answer instanceof Answer.Value<Heartbeat>(Heartbeat beat)) {
      cache.serverSays(beat.serverTime());
      intake.newerThan(beat.revision());
    }
  }

  /** To be called every second or so: goes to another server where this one hangs. */
  public void watch() {
    String url = rotation.url();
    EventStream open = stream;
    Optional<Answer<?>> left = watch.tick(open);
    if (left.isPresent()) {
      contactLog.leaves(url, left.get());
      http.cancel(); // nothing waits for the one that hangs
      if (open != null) {
        open.cancel();
      }
    }
  }

  /** Says to a server that listens that this agent ends in order; to be called after the end. */
  public void goodbye() {
    if (session != null) {
      http.farewell("/agent/v1/goodbye", GOODBYE_MAX);
    }
  }

  /** Ends the stream and the thread. */
  @Override
  public void close() {
    closed.countDown();
    EventStream open = stream;
    if (open != null) {
      open.cancel();
    }
    try {
      thread.join(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever closes is in a hurry; the thread is a daemon
    }
  }

  private void run() {
    try {
      boolean ended = false;
      while (!ended) {
        watch.begins();
        boolean moved = turn();
        watch.ends();
        Duration wait = rotation.pause(moved, backoff);
        ended = closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A session and its stream, to their end; whether another server is spoken to after that. */
  private boolean turn() {
    String url = rotation.url();
    if (session == null) {
      Answer<Session> answer = http.post("/agent/v1/session", self.get(), Session.class);
      contactLog.heard(url, answer);
      if (!(answer instanceof Answer.Value<Session>(Session opened))) {
        return leaves(url, answer);
      }
      cache.serverSays(opened.serverTime());
      session = opened;
    }
    EventStream opening = http.stream("/agent/v1/events");
    stream = opening;
    if (closed.getCount() == 0) {
      return false;
    }
    Answer<String> end = opening.read(this::opened, intake::event);
    connected = false;
    stream = null;
    if (opening.lasted().compareTo(LASTS) >= 0) {
      backoff.reset();
    }
    if (closed.getCount() == 0) {
      return false;
    }
    if (rotation.url().equals(url)) {
      contactLog.heard(url, end);
    }
    // Without a session the server has refused it: then the same server is asked for a new one.
    return session != null && leaves(url, end);
  }

  private boolean leaves(String url, Answer<?> answer) {
    boolean moved = rotation.leave(url, answer);
    if (moved) {
      session = null;
      contactLog.leaves(url, answer);
    }
    return moved;
  }

  /**
   * When the server knows this node again it may be a new one to it, with epochs from the
   * beginning; and when it has heard of another start of this agent, or was restored from an older
   * state, it asks for a new session.
   */
  private void refused(Answer.Refused<?> no) {
    if (no.status() == 401 || no.status() == 403 || no.code().equals(SESSION_OVER)) {
      session = null;
      EventStream open = stream;
      if (open != null && connected) {
        open.cancel();
      }
    }
  }

  private void opened() {
    rotation.connected(rotation.url());
    contactLog.connected(rotation.url());
    connected = true;
    Session open = session;
    EventStream mine = stream;
    if (open != null) {
      online.accept(open.epoch());
    } else if (mine != null) {
      mine.cancel(); // refused since it was asked for: the next turn opens a session
    }
  }
}
