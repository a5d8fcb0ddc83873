package dev.pullcord.systemtests.promises;

import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.systemtests.promises.disk.Killed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run: a few nodes, a server and its successors, operators and faults, all drawn from the seed.
 * After a while the faults stop, and then every node has to come to what it is to run, without
 * help.
 */
final class SeededRun {
  private static final Duration FAULTS = Duration.ofSeconds(100);
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(300);

  private final SeededWorld world;
  private final PlantedBug bug;
  private final SeededCommits commits;
  private final SeededStore store;
  private final SeededNetwork network;
  private final PromiseChecks promises;
  private final List<SeededNode> nodes = new ArrayList<>();
  private final Map<String, Long> ids = new HashMap<>();
  private final SeededClock[] clocks = new SeededClock[2];
  private final @Nullable SeededServer[] servers = new SeededServer[2];
  private final boolean overlap;
  private int activePlace;
  private int serverStarts;
  private int killServerAt = -1;
  private int writes;
  private int ticks;
  private int tasks;
  private int search;
  private boolean faulty;
  private boolean reopens;
  private long changedAt;

  SeededRun(long seed, PlantedBug bug) {
    this.world = new SeededWorld(seed);
    this.bug = bug;
    this.overlap = world.random.nextBoolean();
    this.commits = new SeededCommits(overlap);
    this.network = new SeededNetwork(world, this);
    this.promises = new PromiseChecks(world, this);
    clocks[0] = new SeededClock(world);
    clocks[1] = world.chance(2) ? clocks[0] : new SeededClock(world);
    int count = 1 + world.random.nextInt(3);
    this.store = new SeededStore(count + " nodes");
    for (int n = 1; n <= count; n++) {
      nodes.add(new SeededNode("node-" + n, world, this, commits));
    }
    if (!store.isKept()) {
      SeededServer before =
          new SeededServer("s0", store.take(() -> 0, PlantedBug.NONE), this, clocks[0]);
      nodes.forEach(node -> before.join(node.name()));
      store.keep(count + " nodes");
    }
    startServer(0);
    SeededServer first = Objects.requireNonNull(active());
    nodes.forEach(node -> ids.put(node.name(), first.record(node.name()).id()));
    world.afterEach(promises::look);
  }

  /** Lives to the end; what it found wrong. */
  List<String> run() {
    faulty = true;
    nodes.forEach(node -> world.in(world.between(1, 2_000), node::start));
    world.in(world.between(100, 3_000), () -> push(SeededCommits.Quality.GOOD));
    operatorsLater();
    faultLater();
    tick();
    world.run(FAULTS);
    calm();
    long end = world.now() + SETTLED_WITHIN.toNanos();
    settle(end);
    while (world.next(end)) {}
    return world.violations();
  }

  private void settle(long end) {
    world.in(
        Duration.ofSeconds(2),
        () -> {
          SeededServer server = active();
          String why = server == null ? "no server" : promises.unsettled(server);
          if (why.isEmpty()) {
            promises.store();
            world.end();
          } else if (world.now() + Duration.ofSeconds(3).toNanos() > end) {
            world.wrong("R2 converges", why);
          } else {
            settle(end);
          }
        });
  }

  private void calm() {
    if (world.isOver()) {
      return;
    }
    world.note("world", "faults stop");
    faulty = false;
    killServerAt = -1;
    network.heal();
    nodes.forEach(node -> node.diskFull(false));
    SeededServer server = active();
    if (server == null) {
      startServer(activePlace);
    }
    order("unfreeze", s -> s.holds.freezes().unfreeze(SeededServer.ADA, "main", null, null));
  }

  // Servers.

  private void startServer(int place) {
    activePlace = place;
    changedAt = world.now();
    String name = "s" + ++serverStarts;
    world.note("server", "start of " + name + " at place " + place);
    Store turn = store.take(this::fate, bug);
    try {
      SeededServer server = new SeededServer(name, turn, this, clocks[place]);
      servers[place] = server;
      server.start();
      promises.store();
    } catch (Killed e) {
      servers[place] = null;
      restartLater(place);
    }
  }

  private void restartLater(int place) {
    world.in(
        world.between(500, 15_000),
        () -> {
          if (active() == null) {
            startServer(place);
          }
        });
  }

  /** Whether the server dies at this write. */
  private int fate() {
    writes++;
    if (!faulty || writes != killServerAt) {
      return SeededStore.LIVES;
    }
    if (bug.is(PlantedBug.ANSWER_BEFORE_COMMIT)) {
      answeredTooEarly();
      return SeededStore.FORGETS;
    }
    return world.chance(2) ? SeededStore.DIES_BEFORE : SeededStore.DIES_AFTER;
  }

  void serverDied(SeededServer server, @Nullable String where) {
    world.note("server", server.name + " dies " + where);
    for (int place = 0; place < servers.length; place++) {
      if (servers[place] == server) {
        servers[place] = null;
        if (place == activePlace) {
          restartLater(place);
        }
      }
    }
  }

  /** The one that has the store. */
  @Nullable SeededServer active() {
    return servers[activePlace];
  }

  @Nullable SeededServer server(int place) {
    return servers[place];
  }

  /** It answered before its change was on disk, and dies of that a moment later. */
  private void answeredTooEarly() {
    SeededServer server = active();
    world.in(
        world.between(1, 500),
        () -> {
          if (server != null && active() == server) {
            serverDied(server, "after an answer");
          }
        });
  }

  private void tick() {
    world.in(
        Duration.ofSeconds(3),
        () -> {
          for (SeededServer server : servers.clone()) {
            if (server != null) {
              guarded(server, SeededServer::tick);
            }
          }
          if (++ticks % 5 == 0) {
            promises.store();
          }
          tick();
        });
  }

  /** Whether that was acknowledged. */
  private boolean guarded(SeededServer server, Consumer<SeededServer> what) {
    try {
      what.accept(server);
      return true;
    } catch (Killed e) {
      serverDied(server, e.getMessage());
    } catch (StoreException e) {
      serverDied(server, e.code()); // it ends itself when it finds that it was replaced
    }
    return false;
  }

  // Operators.

  private void operatorsLater() {
    world.in(
        world.between(3_000, 25_000),
        () -> {
          if (faulty) {
            operate();
            operatorsLater();
          }
        });
  }

  private void operate() {
    SeededNode node = nodes.get(world.random.nextInt(nodes.size()));
    switch (world.random.nextInt(9)) {
      case 0, 1, 2, 3 ->
          push(
              world.chance(3)
                  ? SeededCommits.Quality.values()[world.random.nextInt(4)]
                  : SeededCommits.Quality.GOOD);
      case 4, 5 -> pin(node);
      case 6 -> {
        promises.pinUnknown(node.name());
        order("unpin " + node.name(), s -> s.operations.pins().unpin(SeededServer.ADA, name(node)));
      }
      case 7 ->
          order(
              "freeze",
              s ->
                  s.holds
                      .freezes()
                      .freeze(
                          SeededServer.ADA,
                          new FreezeView.Request("main", null, "20s", "a test", null, null)));
      default -> {
        reopens = true;
        order(
            "retry " + node.name(), s -> s.operations.nodes().retry(SeededServer.ADA, name(node)));
      }
    }
  }

  private static NodeName name(SeededNode node) {
    return new NodeName(node.name());
  }

  private void push(SeededCommits.Quality quality) {
    if (active() == null) {
      return;
    }
    if (quality == SeededCommits.Quality.GOOD && world.chance(3)) {
      search++;
    } else {
      tasks++;
    }
    CommitId commit = commits.push("main", tasks, search, quality);
    promises.pushUnknown();
    if (order("push " + commit.abbreviated() + " " + quality, SeededServer::pushed)) {
      promises.pushed(commit);
    }
  }

  private void pin(SeededNode node) {
    List<CommitId> known = commits.history("main");
    if (known.isEmpty()) {
      return;
    }
    CommitId commit = known.get(world.random.nextInt(known.size()));
    Duration duration = Duration.ofSeconds(world.between(60, 90));
    promises.pinUnknown(node.name());
    PinView[] made = new PinView[1];
    boolean done =
        order(
            "pin " + node.name() + " to " + commit.abbreviated(),
            s ->
                made[0] =
                    s.operations
                        .pins()
                        .pin(
                            SeededServer.ADA,
                            name(node),
                            new PinView.Request(
                                commit.value(), duration.toSeconds() + "s", "trying")));
    if (done && made[0] != null) {
      promises.pinned(node.name(), made[0].expiresAt(), duration);
    }
  }

  private boolean order(String what, Consumer<SeededServer> order) {
    SeededServer server = active();
    if (server == null) {
      return false;
    }
    world.note("operator", what);
    try {
      return guarded(server, order);
    } catch (Refusal refusal) {
      world.note("operator", "refused: " + refusal.code());
      return false;
    }
  }

  // Faults.

  private void faultLater() {
    world.in(
        world.between(500, 12_000),
        () -> {
          if (faulty) {
            fault();
            faultLater();
          }
        });
  }

  private void fault() {
    SeededNode node = nodes.get(world.random.nextInt(nodes.size()));
    switch (world.random.nextInt(13)) {
      case 0, 1, 2 -> node.kill();
      case 3 -> node.losePower();
      case 4 -> {
        world.note(node.name(), "a worker dies");
        node.workers().die(false);
      }
      case 5, 6 -> {
        int directions = 1 + world.random.nextInt(3);
        world.note(node.name(), "cut off " + directions);
        network.cut(node.name(), directions);
        world.in(world.between(2_000, 50_000), () -> network.heal(node.name()));
      }
      case 7 -> {
        node.diskFull(true);
        world.in(world.between(2_000, 20_000), () -> node.diskFull(false));
      }
      case 8, 9 -> killServerAt = writes + (int) world.between(1, 10);
      case 10 -> takeOver();
      case 11 -> {
        world.note(node.name(), "its clock jumps");
        node.clock().jump();
      }
      default -> {
        SeededNode.Agent agent = node.agent();
        if (agent != null) {
          agent.wire.breaks();
        }
      }
    }
  }

  /** Another server takes the store; the one before may not know it for a while. */
  private void takeOver() {
    int before = activePlace;
    SeededServer old = servers[before];
    startServer(1 - before);
    if (old != null) {
      world.in(
          world.between(0, 12_000),
          () -> {
            if (servers[before] == old && activePlace != before) {
              serverDied(old, "replaced");
            }
          });
    }
  }

  // For the others.

  boolean faulty() {
    return faulty;
  }

  boolean overlaps() {
    return overlap;
  }

  PlantedBug bug() {
    return bug;
  }

  SeededCommits commits() {
    return commits;
  }

  SeededNetwork network() {
    return network;
  }

  PromiseChecks promises() {
    return promises;
  }

  List<SeededNode> nodes() {
    return nodes;
  }

  long id(String node) {
    return Objects.requireNonNull(ids.get(node), node);
  }

  SeededWorld world() {
    return world;
  }

  <T extends @Nullable Object> T look(Store.Task<T> task) {
    return store.look(task);
  }

  boolean mayReopen() {
    return reopens;
  }

  /** Whether a server has had the store for a while. */
  boolean steady() {
    return active() != null && world.now() - changedAt > Duration.ofSeconds(20).toNanos();
  }

  /** How much the servers' clocks differ at most. */
  Duration serverSkew() {
    Duration least =
        clocks[0].least().compareTo(clocks[1].least()) < 0 ? clocks[0].least() : clocks[1].least();
    Duration most =
        clocks[0].most().compareTo(clocks[1].most()) > 0 ? clocks[0].most() : clocks[1].most();
    return most.minus(least);
  }
}
