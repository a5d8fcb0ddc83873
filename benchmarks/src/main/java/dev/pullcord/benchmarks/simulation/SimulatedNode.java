package dev.pullcord.benchmarks.simulation;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.agent.channel.ServerList;
import dev.pullcord.agent.channel.ServerRotation;
import dev.pullcord.agent.channel.SilenceWatch;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.http.EventStream;
import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.benchmarks.simulation.RovingNodes.NodeStream;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.channel.StepPack;
import dev.pullcord.protocol.contact.AgentInstance;
import dev.pullcord.protocol.contact.SeenDecision;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.enroll.EnrollReply;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.ReportMessages.Heartbeat;
import dev.pullcord.protocol.report.ReportMessages.Session;
import dev.pullcord.protocol.report.ReportMessages.SessionRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One node on the wire without its agent: it joins, opens a session, holds its event stream, says
 * that it lives when it was quiet, asks by itself once a minute, and comes back with an agent's own
 * back-off. What it does with a commit is its {@link NodeWork}'s.
 */
final class SimulatedNode {
  private static final Duration BEAT = Duration.ofSeconds(15);
  private static final long POLL_NANOS = Duration.ofSeconds(60).toNanos();

  private final SimulatedFleet fleet;
  private final int number;
  private final NodeName name;
  private final NodeKey key = NodeKey.generate();
  private final SplittableRandom random;
  private final Backoff backoff;
  private final NodeWork work;
  private final AtomicBoolean watching = new AtomicBoolean();
  private volatile Line line;
  private volatile AgentInstance instance;
  private volatile @Nullable SeenDecision seen;
  private volatile @Nullable Session session;
  private volatile @Nullable EventStream stream;
  private volatile @Nullable NodeStream connected;
  private volatile long nextPoll;
  private int starts;

  SimulatedNode(SimulatedFleet fleet, int number) {
    this.fleet = fleet;
    this.number = number;
    this.name = RovingNodes.name(number);
    this.random = fleet.script().jitter(number);
    this.backoff = new Backoff(random.split());
    this.work = new NodeWork(this, fleet);
    this.instance = instance();
    this.line = line();
    this.nextPoll = System.nanoTime() + random.nextLong(POLL_NANOS);
  }

  int number() {
    return number;
  }

  NodeName name() {
    return name;
  }

  AgentHttp http() {
    return line.http();
  }

  /** Where its stream is open, and since when; null while it is not. */
  @Nullable NodeStream connected() {
    return connected;
  }

  /** What belongs to one start of the agent. */
  private record Line(AgentHttp http, ServerRotation rotation, SilenceWatch watch) {}

  /** The epoch of its reports; 0 while it has no session. */
  long epoch() {
    Session open = session;
    return open == null ? 0 : open.epoch();
  }

  private AgentInstance instance() {
    String of = String.format(Locale.ROOT, "%x-%d-%d", fleet.run(), number, starts++);
    return new AgentInstance(of, "simulated", "boot-" + number, "machine-" + number);
  }

  private Line line() {
    AgentHttp made = new AgentHttp(fleet.server(), key, HostClock.system());
    ServerList servers = ServerList.open(fleet.home().resolve(name.value()), fleet.server());
    made.onKeys((url, learned) -> servers.seen(url, learned.now()));
    made.says(this::headers);
    made.onRefusal(no -> refused(made, no));
    ServerRotation rotation = new ServerRotation(made, servers);
    return new Line(made, rotation, new SilenceWatch(rotation, HostClock.system(), random.split()));
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>();
    headers.put(AgentInstance.HEADER, instance.header());
    SeenDecision known = seen;
    if (known != null) {
      headers.put(SeenDecision.HEADER, known.header());
    }
    return headers;
  }

  /** As an agent does: another session, and therefore another stream. */
  private void refused(AgentHttp by, Answer.Refused<?> no) {
    boolean over = no.status() == 401 || no.status() == 403 || no.code().equals("SESSION_OVER");
    if (over && by == http()) {
      session = null;
      endStream();
    }
  }

  private void endStream() {
    EventStream open = stream;
    if (open != null) {
      open.cancel();
    }
  }

  /** Joins, and stays until the simulation ends. */
  void live(JoinToken token, Semaphore joining) throws InterruptedException {
    joining.acquire();
    try {
      join(token);
    } finally {
      joining.release();
    }
    while (!fleet.over()) {
      Line used = line;
      used.watch().begins();
      boolean moved = turn(used);
      used.watch().ends();
      if (used.equals(line)) {
        Thread.sleep(used.rotation().pause(moved, backoff));
      }
    }
    http().close();
  }

  /** As an agent does it: a session, and its stream to the end. */
  private boolean turn(Line used) {
    String url = used.rotation().url();
    if (session == null) {
      Answer<Session> answer = openSession(used.http());
      if (!(answer instanceof Answer.Value<Session>)) {
        return leaves(used, url, answer);
      }
    }
    Answer<String> end = listen(used);
    return session != null && leaves(used, url, end);
  }

  private boolean leaves(Line used, String url, Answer<?> answer) {
    if (answer instanceof Answer.Refused<?>) {
      fleet.refused();
    }
    boolean moved = used.equals(line) && used.rotation().leave(url, answer);
    if (moved) {
      session = null;
    }
    return moved;
  }

  private void join(JoinToken token) throws InterruptedException {
    EnrollRequest ask = new EnrollRequest(token.id(), token.secret(), name, null);
    while (!fleet.over()) {
      Answer<EnrollReply> joined = http().post("/agent/v1/enroll", ask, EnrollReply.class);
      if (joined instanceof Answer.Value<EnrollReply>) {
        return;
      }
      fleet.trouble(name + " could not join: " + joined.problem());
      Thread.sleep(backoff.next());
    }
  }

  private Answer<Session> openSession(AgentHttp used) {
    Answer<Session> answer =
        used.post(
            "/agent/v1/session",
            new SessionRequest("simulated", "boot-" + number, epoch()),
            Session.class);
    if (answer instanceof Answer.Value<Session>(Session opened)) {
      session = opened;
    }
    return answer;
  }

  private Answer<String> listen(Line used) {
    EventStream opening = used.http().stream("/agent/v1/events");
    stream = opening;
    Answer<String> end = opening.read(() -> opened(used), this::heard);
    stream = null;
    if (connected != null) {
      connected = null;
      fleet.connected(-1);
    }
    return end;
  }

  private void opened(Line used) {
    String url = used.rotation().url();
    connected = new NodeStream(url, System.nanoTime());
    used.rotation().connected(url);
    backoff.reset();
    fleet.connected(1);
  }

  private void heard(String data) {
    try {
      ServerEvent event = PullcordJson.read(data, ServerEvent.class);
      if (event instanceof ServerEvent.Servers(List<String> urls)) {
        line.rotation().learn(urls);
      } else if (event
          instanceof ServerEvent.Changed(long _, DesiredState desired, StepPack pack)) {
        if (pack != null) {
          work.came(pack);
        }
        take(desired);
      }
    } catch (JsonProcessingException e) {
      fleet.trouble(name + " got an event that it cannot read: " + e.getOriginalMessage());
    }
  }

  private synchronized void take(@Nullable DesiredState desired) {
    SeenDecision known = seen;
    if (desired == null || (known != null && desired.revision() < known.revision())) {
      return;
    }
    seen = new SeenDecision(desired.revision(), desired.incarnation(), desired.commit());
    fleet.decided(number, desired);
    work.wanted(desired);
  }

  /** What an agent does every second or so: a heartbeat or a question, when one is due. */
  void tick(long now) {
    if (watching.compareAndSet(false, true)) {
      fleet.start(this::watch);
    }
    AgentHttp http = http();
    if (session == null || http.retryAfter().left().isPositive()) {
      return;
    }
    if (now >= nextPoll) {
      nextPoll = now + POLL_NANOS * 9 / 10 + random.nextLong(POLL_NANOS / 5);
      fleet.start(() -> take(http.get("/agent/v1/desired", DesiredState.class).orNull()));
    } else if (http.quietFor().compareTo(BEAT) >= 0) {
      fleet.start(() -> http.post("/agent/v1/heartbeat", null, Heartbeat.class));
    }
  }

  private void watch() {
    try {
      if (line.watch().tick(stream).isPresent()) {
        endStream();
        http().cancel();
      }
    } finally {
      watching.set(false);
    }
  }

  /** All of its connections break at once; the agent lives on. */
  void cut() {
    endStream();
    http().cancel();
  }

  /** The agent starts anew, with the same key: another instance, another session. */
  void restart() {
    AgentHttp before = http();
    instance = instance();
    session = null;
    line = line();
    endStream();
    before.close();
  }
}
