package dev.pullcord.server.action;

import dev.pullcord.protocol.action.ActionView;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.RunTable.NodePart;
import dev.pullcord.server.store.RunTable.StoredRun;
import dev.pullcord.server.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Starts runs of actions for people, and shows those that are under way and those that were. */
public final class ActionRuns {
  /** More at once is a mistake, or a script that went wild. */
  private static final int OPEN_MAX = 20;

  private static final int KEPT = 200;
  private static final long CHARACTERS_KEPT = 64L << 20;
  private static final int NAMED_MAX = 20;

  private final Store store;
  private final RunRequests requests;
  private final ActionCatalog catalog;
  private final LiveRuns live;
  private final RunList list;
  private final RunLoop loop;
  private final RunIntake intake;
  private final InstantSource clock;
  private final LongPredicate connected;

  /**
   * What runs work on.
   *
   * @param store keeps them
   * @param fleet whom they can be asked of
   * @param commits has the manifests
   * @param clock by which the time for them is over
   */
  public record Rooms(Store store, FleetModel fleet, CommitSource commits, InstantSource clock) {}

  /** How nodes are told. */
  public interface Line {
    /** Whether a node has an open stream. */
    boolean connected(long node);

    /** Says on it what the node is asked. */
    void tell(long node, ServerEvent.ActionsWanted orders);
  }

  /** With the runs that had not ended when the server did. */
  public ActionRuns(Rooms rooms, Line line) {
    this.store = rooms.store();
    this.clock = rooms.clock();
    this.requests = new RunRequests(rooms.fleet(), rooms.commits());
    this.catalog = new ActionCatalog(rooms.fleet(), rooms.commits());
    this.live = LiveRuns.load(rooms.store());
    this.list = new RunList(store, live);
    this.connected = line::connected;
    this.loop = new RunLoop(rooms.store(), rooms.fleet(), live, line, rooms.clock());
    this.intake = new RunIntake(store, live, loop, clock);
  }

  /** Goes on with what is under way; to be called every second. */
  public void tick() {
    loop.look();
  }

  /** A node's stream has opened: it hears what it is asked, and it may be its turn. */
  public void opened(long node) {
    loop.opened(node);
  }

  /** What nodes answer; always the same one, which knows what came late so far. */
  public RunIntake intake() {
    return intake;
  }

  /** Ends the thread; what is under way goes on after the next start. */
  public void close() {
    loop.close();
  }

  /** The actions of the commits that nodes run. */
  public ActionView.All actions() {
    return new ActionView.All(catalog.actions());
  }

  /** What {@link #start} would do, without doing it. */
  public RunView foresee(Principal who, RunView.Request request) {
    RunRequests.Made made = requests.of(request, who.owner(), clock.instant());
    return RunViews.of(made.run(), made.parts().stream().map(RunViews::node).toList());
  }

  /** Starts a run; it is on disk when this returns, and goes on whatever becomes of the caller. */
  public RunView start(Principal who, RunView.Request request) {
    Instant now = clock.instant();
    RunRequests.Made made = requests.of(request, who.owner(), now);
    if (live.all().size() >= OPEN_MAX) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "RUNS_OPEN",
          OPEN_MAX + " runs have not ended; pullcord runs shows them, and one has to end first",
          null);
    }
    Set<NodeName> first = new HashSet<>(RunLoop.next(made, connected).release());
    List<NodePart> parts = new ArrayList<>();
    StoredRun stored =
        store.write(tables -> {
          StoredRun run = tables.runs().add(made.run());
          for (NodePart part : made.parts()) {
            NodePart own = of(run.id(), part, first.contains(part.name()) ? now : null);
            tables.runs().add(own);
            parts.add(own);
          }
          tables.audit().append(who.did(now, "run", run.action(), null, said(run, parts)));
          tables.runs().keep(KEPT, CHARACTERS_KEPT);
          return run;
        });
    LiveRun run = new LiveRun(stored, parts);
    live.add(run);
    loop.begins(run);
    return run.view(false);
  }

  /**
   * Cancels a run: no further node begins it, and the nodes that it runs on kill it. Who cancels
   * what is cancelled already gets the same answer.
   */
  public RunView cancel(Principal who, long id) {
    LiveRun run =
        live.find(id)
            .orElseThrow(() ->
                find(id, false)
                    .map(ended ->
                        new Refusal(
                            Refusal.Kind.CONFLICT,
                            "RUN_ENDED",
                            "run %d has ended; pullcord runs show %d says how".formatted(id, id),
                            "id"))
                    .orElseGet(() -> missing(id)));
    if (run.run().cancelledBy() == null) {
      Instant now = clock.instant();
      store.write(tables -> {
        tables.runs().cancel(id, who.owner());
        String what = "run " + id + " of " + run.run().action();
        tables.audit().append(who.did(now, "run.cancel", run.run().action(), null, what));
        return null;
      });
      run.cancelled(who.owner());
      loop.cancelled(run);
    }
    return run.view(false);
  }

  /** What is said of a run that there is not. */
  public static Refusal missing(long id) {
    return new Refusal(
        Refusal.Kind.NOT_FOUND,
        "RUN_MISSING",
        "there is no run " + id + "; pullcord runs shows those that are kept",
        "id");
  }

  private static NodePart of(long run, NodePart part, @Nullable Instant released) {
    return new NodePart(
        run,
        part.node(),
        part.name(),
        part.order(),
        released,
        part.standing(),
        part.output(),
        part.cut());
  }

  private static String said(StoredRun run, List<NodePart> parts) {
    String names = NameList.folded(parts.stream().map(p -> p.name().value()).toList(), NAMED_MAX);
    String values =
        run.parameters().entrySet().stream()
            .map(value -> " " + value.getKey() + "=" + value.getValue())
            .sorted()
            .collect(Collectors.joining());
    return "run " + run.id() + " on " + names + (values.isEmpty() ? "" : ", with" + values);
  }

  /**
   * A run, as it is now.
   *
   * @param output whether what the nodes wrote is wanted, too
   */
  public Optional<RunView> find(long id, boolean output) {
    Optional<LiveRun> now = live.find(id);
    return now.isPresent()
        ? now.map(run -> run.view(output))
        : store.read(tables ->
            tables
                .runs()
                .find(id)
                .map(run -> RunViews.stored(run, tables.runs().parts(id, output))));
  }

  /** The list of runs. */
  public RunList list() {
    return list;
  }

  /** Follows a run; empty for one that there is not. One that has ended ends at once. */
  public Optional<RunWatch> watch(long id) {
    Optional<LiveRun> now = live.find(id);
    return now.isPresent()
        ? now.map(RunWatch::new)
        : store.read(tables ->
            tables
                .runs()
                .find(id)
                .map(run -> {
                  LiveRun ended = new LiveRun(run, tables.runs().parts(id, true));
                  ended.ends(Objects.requireNonNullElse(run.endedAt(), run.startedAt()));
                  return new RunWatch(ended);
                }));
  }

  /** How many have not ended. */
  public int open() {
    return live.all().size();
  }
}
