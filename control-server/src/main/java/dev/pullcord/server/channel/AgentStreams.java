package dev.pullcord.server.channel;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.channel.StepPack;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.contact.NodeContacts;
import dev.pullcord.server.contact.Talk;
import dev.pullcord.server.desired.Waker;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.refusal.ProblemAnswers;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.NodeAccess;
import dev.pullcord.server.security.NodeKeys;
import dev.pullcord.server.security.Sources;
import dev.pullcord.server.store.ReportTable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The open event streams, {@code GET /agent/v1/events}: server-sent events, of which each is a
 * {@link ServerEvent}. A stream is entered in the list before its first event is made, so that no
 * change falls between the two; that first event says what the node is to run now.
 *
 * <p>A node has at most {@link #PER_NODE} streams; a further one ends the oldest. A stream that
 * cannot be written is dropped, and the agent comes back by itself.
 */
public final class AgentStreams extends Handler.Wrapper implements Waker {
  /** Where it is. */
  public static final String PATH = "/agent/v1/events";

  /** Between two comments to an agent that leaves a server when it is silent. */
  public static final Duration PULSE = Duration.ofSeconds(5);

  static final int PER_NODE = 2;

  private static final int PULSES_IN_A_HEARTBEAT = 3;

  private final NodeAccess access;
  private final NodeKeys keys;
  private final FleetModel fleet;
  private final InstantSource clock;
  private final NodeContacts contacts;
  private final NodeRoom room;
  private final TurnedAway turnedAway;
  private volatile LongConsumer opened = node -> {};
  private volatile Packs packs = (_, _, _) -> null;
  private volatile byte @Nullable [] servers;
  private volatile boolean several;
  private int pulses;
  private final Map<Long, List<AgentStream>> open = new ConcurrentHashMap<>();

  /** Small packs that go with an event. */
  @FunctionalInterface
  public interface Packs {
    /** The step from a commit that a node has to what it is to run; null where it is to ask. */
    @Nullable StepPack within(DesiredState state, CommitId have, int mostBytes);
  }

  /**
   * Streams to the nodes of that fleet.
   *
   * @param room for how many; one more is told when to come back
   */
  public AgentStreams(
      NodeAccess access,
      NodeKeys keys,
      FleetModel fleet,
      InstantSource clock,
      NodeContacts contacts,
      NodeRoom room) {
    this.room = room;
    this.turnedAway = new TurnedAway(room, clock);
    this.access = access;
    this.keys = keys;
    this.fleet = fleet;
    this.clock = clock;
    this.contacts = contacts;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (!Request.getPathInContext(request).equals(PATH) || !request.getMethod().equals("GET")) {
      return super.handle(request, response, callback);
    }
    NodeRecord node;
    try {
      Caller.Node caller = access.node(request);
      node = keys.require(Optional.of(caller.key()));
      opens(node, caller, request);
      if (open.size() >= room.nodes() && !open.containsKey(node.id())) {
        throw turnedAway.tell(node.id());
      }
    } catch (Refusal refusal) {
      response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
      ProblemAnswers.write(request, response, callback, refusal);
      return true;
    }
    open(node, request, response, callback);
    return true;
  }

  private void opens(NodeRecord node, Caller.Node caller, Request request) {
    try {
      contacts.streamOpens(node, talk(request));
    } catch (Refusal refusal) {
      if (refusal.kind() != Refusal.Kind.CONFLICT) {
        access.refused(request, caller.key(), refusal);
      }
      throw refusal;
    }
  }

  private void open(NodeRecord node, Request request, Response response, Callback callback) {
    response.setStatus(200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
    AtomicReference<AgentStream> self = new AtomicReference<>();
    AgentStream stream =
        new AgentStream(request, response, callback, () -> forget(node.id(), self.get()));
    self.set(stream);
    stream.watch();
    enter(node.id(), stream);
    turnedAway.forget(node.id());
    fleet.found(node.id());
    // Asked again only now: whoever was removed before this line is in the list and is cut off.
    fleet
        .byId(node.id())
        .ifPresentOrElse(
            now -> stream.send(now.decision().revision(), event(now, stream.packBytes())),
            () -> stream.cut("the node was removed"));
    byte[] known = servers;
    if (known != null) {
      stream.servers(known);
    }
    opened.accept(node.id());
  }

  private void enter(long node, AgentStream stream) {
    List<AgentStream> surplus = new ArrayList<>();
    open.compute(
        node,
        (_, streams) -> {
          List<AgentStream> all = new ArrayList<>(streams == null ? List.of() : streams);
          all.add(stream);
          while (all.size() > PER_NODE) {
            surplus.add(all.removeFirst());
          }
          return List.copyOf(all);
        });
    surplus.forEach(s -> s.end(encode(new ServerEvent.GoAway("a newer stream took over"))));
  }

  private void forget(long node, AgentStream stream) {
    open.computeIfPresent(
        node,
        (_, streams) -> {
          List<AgentStream> left = streams.stream().filter(s -> s != stream).toList();
          return left.isEmpty() ? null : left;
        });
    if (!open.containsKey(node)) {
      contacts.streamEnded(node);
    }
  }

  private static Talk talk(Request request) {
    HttpFields headers = request.getHeaders();
    return Talk.of(headers::get, Sources.address(Request.getRemoteAddr(request)));
  }

  @Override
  public void wake(java.util.Collection<Long> nodes) {
    nodes.forEach(this::changed);
  }

  /** Tells a node what it is to run, if it listens. */
  private void changed(long node) {
    List<AgentStream> streams = open.getOrDefault(node, List.of());
    if (!streams.isEmpty()) {
      fleet
          .byId(node)
          .ifPresent(now ->
              streams.forEach(s -> s.send(now.decision().revision(), event(now, s.packBytes()))));
    }
  }

  /** Who is told of each stream that opens, by the id of its node. */
  public void onOpen(LongConsumer listener) {
    opened = listener;
  }

  /** Where the packs come from that go with events. */
  public void packs(Packs source) {
    packs = source;
  }

  /** Says to every node where it finds a server when this one is gone, if that has changed. */
  public void servers(List<String> urls) {
    several = urls.size() > 1;
    byte[] event = encode(new ServerEvent.Servers(urls));
    if (!Arrays.equals(event, servers)) {
      servers = event;
      open.values().forEach(streams -> streams.forEach(s -> s.servers(event)));
    }
  }

  /** Says to a node all that it is asked to run. */
  public void orders(long node, ServerEvent.ActionsWanted wanted) {
    byte[] event = encode(wanted);
    open.getOrDefault(node, List.of()).forEach(s -> s.orders(event));
  }

  /** Says something to a node that is not about what it is to run; whether it could be said. */
  public boolean ask(long node, ServerEvent event) {
    byte[] bytes = encode(event);
    List<AgentStream> streams = open.getOrDefault(node, List.of());
    return !streams.isEmpty() && streams.getLast().ask(bytes);
  }

  private byte[] event(NodeRecord node, int packBytes) {
    DesiredState desired = node.desiredAt(clock.instant());
    ReportTable.Latest said = node.said();
    CommitId has = said == null ? null : said.status().targetCommit();
    StepPack pack = packBytes == 0 || has == null ? null : packs.within(desired, has, packBytes);
    return encode(new ServerEvent.Changed(desired.revision(), desired, pack));
  }

  private static byte[] encode(ServerEvent event) {
    return ("data: " + PullcordJson.write(event) + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Closes all connections of a node that carry a stream. */
  public void cutOff(long node) {
    turnedAway.forget(node);
    open.getOrDefault(node, List.of()).forEach(s -> s.cut("the node was removed"));
  }

  /**
   * To be called in that rhythm: each third time every stream gets a comment, and those that know
   * of other servers get one each time.
   */
  public void pulse() {
    pulses = (pulses + 1) % PULSES_IN_A_HEARTBEAT;
    if (pulses == 0) {
      heartbeat();
    } else if (several) {
      open.values().forEach(streams -> streams.forEach(AgentStream::pulse));
    }
  }

  /** Sends every stream a comment. */
  void heartbeat() {
    open.values().forEach(streams -> streams.forEach(AgentStream::heartbeat));
  }

  /** Tells all agents that the server stops, and ends their streams. */
  public void goAway(String reason) {
    byte[] event = encode(new ServerEvent.GoAway(reason));
    open.values().forEach(streams -> streams.forEach(s -> s.end(event)));
  }

  /** A line for each thing that needs a person. */
  public List<String> alarms() {
    return turnedAway.alarms();
  }

  /** How many streams are open. */
  public int size() {
    return open.values().stream().mapToInt(List::size).sum();
  }

  /** Whether a node has an open stream. */
  public boolean isOpen(long node) {
    return open.containsKey(node);
  }
}
