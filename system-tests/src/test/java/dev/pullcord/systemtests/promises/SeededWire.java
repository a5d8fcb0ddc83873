package dev.pullcord.systemtests.promises;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.report.ReportMessages;
import dev.pullcord.server.contact.Talk;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.NodeContact;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ServerChannel} and {@code Reporter} do on their threads: session, stream, polls,
 * heartbeats and reports, to one of two places where a server may be.
 */
final class SeededWire {
  private final SeededNode node;
  private final SeededNode.Agent agent;
  private final SeededWorld world;
  private final SeededNetwork network;
  private final NodeContact.Speaker self;
  private int place;
  private long session;
  private boolean connecting;
  private boolean sending;
  private @Nullable Consumer<DesiredState> stream;
  private int failures;
  private long heardAt;

  SeededWire(SeededNode node, SeededNode.Agent agent, SeededWorld world, SeededNetwork network) {
    this.node = node;
    this.agent = agent;
    this.world = world;
    this.network = network;
    this.self =
        new NodeContact.Speaker(
            node.name() + "-" + agent.start, node.name(), "192.0.2.7", "boot", node.name());
  }

  void begin() {
    connect();
    heartbeat();
    poll();
  }

  private Talk talk() {
    return new Talk(self, agent.cache.seen().orElse(null), node.clock().now());
  }

  private <T> void ask(Function<SeededServer, T> request, Consumer<SeededNetwork.Reply<T>> then) {
    network.<T>ask(
        node.name(),
        place,
        request,
        reply -> {
          if (agent.isNow()) {
            node.survive(() -> then.accept(heard(reply)));
          }
        });
  }

  private <T> SeededNetwork.Reply<T> heard(SeededNetwork.Reply<T> reply) {
    Refusal no = reply.refusal();
    if (reply.value() != null) {
      heardAt = world.now();
    }
    if (no != null) {
      node.note("refused " + no.code());
      if (!no.code().equals("SESSION_OVER")) {
        world.wrong("R11 no lock-out", node.name() + " is refused: " + no.code());
      }
      session = 0;
      cutStream();
    }
    return reply;
  }

  private void cutStream() {
    Consumer<DesiredState> open = stream;
    stream = null;
    if (open != null) {
      again();
    }
  }

  /** The stream breaks; the server sees it when it likes. */
  void breaks() {
    if (stream != null) {
      node.note("stream breaks");
      cutStream();
    }
  }

  private void again() {
    if (!connecting) {
      connecting = true;
      world.in(world.between(100, 1_000L << Math.min(5, failures++)), this::turn);
    }
  }

  private void connect() {
    connecting = true;
    turn();
  }

  private void turn() {
    if (!agent.isNow()) {
      return;
    }
    Talk talk = talk();
    if (session != 0) {
      open(talk);
      return;
    }
    long epoch = agent.queue.epoch();
    ask(
        server -> server.session(node.name(), epoch, talk),
        (SeededNetwork.Reply<ReportMessages.Session> reply) -> {
          ReportMessages.Session opened = reply.value();
          if (opened == null) {
            fails(reply.refusal() == null);
            return;
          }
          agent.serverSays(opened.serverTime());
          session = opened.epoch();
          open(talk());
        });
  }

  private void open(Talk talk) {
    Consumer<DesiredState> opening = new Stream();
    ask(
        server -> server.stream(node.name(), talk, d -> network.event(node.name(), d, opening)),
        (SeededNetwork.Reply<DesiredState> reply) -> {
          DesiredState first = reply.value();
          if (first == null) {
            fails(reply.refusal() == null);
            return;
          }
          connecting = false;
          failures = 0;
          stream = opening;
          node.note("stream open, session " + session);
          agent.queue.session(session, node.clock().now());
          agent.accept(first);
          send();
        });
  }

  /** Takes what comes as long as it is the one that is open. */
  private final class Stream implements Consumer<DesiredState> {
    @Override
    public void accept(DesiredState desired) {
      if (agent.isNow() && equals(stream)) {
        heardAt = world.now();
        node.survive(() -> agent.accept(desired));
      }
    }
  }

  private void fails(boolean moves) {
    connecting = false;
    if (moves) {
      place = 1 - place;
      session = 0;
    }
    again();
  }

  /** Once a minute, whatever events came. */
  private void poll() {
    world.in(
        Duration.ofMillis(world.between(45_000, 75_000)),
        () -> {
          if (agent.isNow()) {
            get();
            poll();
          }
        });
  }

  private void get() {
    if (node.run().bug().is(PlantedBug.NO_POLL)) {
      return;
    }
    Talk talk = talk();
    ask(
        server -> server.desired(node.name(), talk),
        (SeededNetwork.Reply<DesiredState> reply) ->
            Optional.ofNullable(reply.value()).ifPresent(agent::accept));
  }

  private void heartbeat() {
    world.in(
        Duration.ofSeconds(15),
        () -> {
          if (agent.isNow()) {
            if (session != 0) {
              beat();
            }
            heartbeat();
          }
        });
  }

  private void beat() {
    if (stream != null && world.now() - heardAt > Duration.ofSeconds(45).toNanos()) {
      breaks(); // no comment line came for three times their time
    }
    Talk talk = talk();
    ask(
        server -> server.heartbeat(node.name(), talk),
        (SeededNetwork.Reply<ReportMessages.Heartbeat> reply) -> {
          ReportMessages.Heartbeat beat = reply.value();
          if (beat != null) {
            agent.serverSays(beat.serverTime());
            if (beat.revision() > agent.cache.revision()) {
              get();
            }
          } else if (reply.refusal() == null && reply.standby()) {
            breaks();
          }
        });
  }

  /** There is something to send. */
  void reported() {
    world.in(1, this::send);
  }

  private void send() {
    if (!agent.isNow() || sending || stream == null || session == 0) {
      return;
    }
    Optional<ReportMessages.Batch> batch = agent.queue.next();
    if (batch.isEmpty()) {
      return;
    }
    sending = true;
    Talk talk = talk();
    ask(
        server -> server.reports(node.name(), batch.get(), talk),
        (SeededNetwork.Reply<ReportMessages.Stored> reply) -> {
          sending = false;
          ReportMessages.Stored stored = reply.value();
          if (stored != null) {
            node.run().promises().acknowledged(node, batch.get(), stored);
            agent.serverSays(stored.serverTime());
            agent.queue.stored(stored.stored());
            world.in(1, this::send);
          } else {
            world.in(world.between(500, 4_000), this::send);
          }
        });
  }
}
