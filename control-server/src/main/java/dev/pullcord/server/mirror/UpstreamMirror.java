package dev.pullcord.server.mirror;

import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.server.config.UpstreamConfig;
import dev.pullcord.server.githost.upstream.UpstreamEntry;
import dev.pullcord.server.githost.upstream.UpstreamRepository;
import dev.pullcord.server.githost.upstream.UpstreamRepository.Fetched;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.MirrorTable;
import dev.pullcord.server.store.MirrorTable.MirroredRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the hosted repository where the upstream is. A look has three phases: the upstream is asked
 * and what is new is fetched, to where nothing follows it; each ref is decided on and moved; what
 * came of it is stored. A kill between any two loses nothing: the next look finds the same.
 */
public final class UpstreamMirror implements AutoCloseable {
  private static final int ANSWERED_WITHIN_SECONDS = 25;
  private static final int BRANCHES_NAMED = 20;
  private static final Logger LOG = LoggerFactory.getLogger(UpstreamMirror.class);

  private final UpstreamConfig config;
  private final UpstreamRepository upstream;
  private final RefPatterns patterns;
  private final MirrorMemory memory;
  private final RefEntry refs;
  private final UpstreamEntry entry;
  private final MirrorTime time;
  private final LookTimes times;
  private final FetchQueue queue = new FetchQueue(this::look);

  /**
   * By which time it goes.
   *
   * @param clock for what is stored
   * @param nanos only goes forward
   * @param random spreads the looks
   */
  public record MirrorTime(InstantSource clock, LongSupplier nanos, RandomGenerator random) {}

  /**
   * A mirror.
   *
   * @param upstream is asked
   * @param entry takes its commits in
   * @param effects what follows when a ref has moved
   */
  public UpstreamMirror(
      UpstreamConfig config,
      UpstreamRepository upstream,
      UpstreamEntry entry,
      MirrorEffects effects,
      MirrorTime time) {
    this.config = config;
    this.upstream = upstream;
    this.entry = entry;
    this.patterns = new RefPatterns(config.refs());
    this.memory = new MirrorMemory(effects.store());
    this.refs = new RefEntry(memory, entry, effects, time.clock());
    this.time = time;
    this.times = new LookTimes(config.poll(), time.random(), time.nanos().getAsLong());
  }

  /** To be called every second: looks when it is time. */
  public void tick() {
    if (times.due(time.nanos().getAsLong()) && !queue.busy()) {
      var _ = queue.request();
    }
  }

  /**
   * The upstream says that it moved: looks soon, unless it asked to be left alone before. Many such
   * calls at once are one look.
   */
  public CompletableFuture<Void> soon() {
    return times.barred(time.nanos().getAsLong())
        ? CompletableFuture.completedFuture(null)
        : queue.request();
  }

  /** Looks now, and answers what came of it. */
  public UpstreamView fetch() {
    try {
      queue.request().get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS);
      return view();
    } catch (TimeoutException _) {
      throw new Refusal(
          Refusal.Kind.UNAVAILABLE,
          "UPSTREAM_BUSY",
          "the fetch from "
              + config.url()
              + " is still under way; pullcord upstream says how it"
              + " ends",
          null);
    } catch (ExecutionException _) {
      throw stopping(); // its queue takes nothing more
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw stopping();
    }
  }

  private static Refusal stopping() {
    return new Refusal(
        Refusal.Kind.UNAVAILABLE, "STOPPING", "the server stops; ask again in a moment", null);
  }

  /** Lets a ref go where the upstream took it, or away where the upstream deleted it. */
  public UpstreamView acceptRewind(Principal who, UpstreamView.Accept asked) {
    refs.accept(who, asked);
    return view();
  }

  /** What needs a person, a line each. */
  public List<String> alarms() {
    return state().alarms();
  }

  /** What people are shown. */
  public UpstreamView view() {
    MirrorMemory.Known known = memory.known();
    MirrorState state = MirrorState.of(known.look(), known.refs(), time.clock().instant());
    return new UpstreamView(
        config.url().toString(),
        state.word(),
        state.reason(),
        known.look().map(MirrorTable.Look::fetchedAt).orElse(null),
        known.look().map(MirrorTable.Look::failingSince).orElse(null),
        known.defaultBranch(),
        known.refs().stream().map(this::view).toList());
  }

  private UpstreamView.Ref view(MirroredRef ref) {
    return new UpstreamView.Ref(
        RefPatterns.shown(ref.ref()),
        ref.commit(),
        ref.standing() == MirrorTable.Standing.MIRRORED,
        ref.problem(),
        entry.held(ref.ref()).orElse(null),
        ref.standing() == MirrorTable.Standing.REWRITTEN
            || ref.standing() == MirrorTable.Standing.DELETED);
  }

  private MirrorState state() {
    MirrorMemory.Known known = memory.known();
    return MirrorState.of(known.look(), known.refs(), time.clock().instant());
  }

  private void look() {
    try {
      Fetched fetched = upstream.fetch(this::choose);
      refs.enter(fetched, name -> patterns.mirrors(name, defaults(fetched.head()), RefEntry.OWN));
      MirrorTable.Look done = done(fetched);
      memory.change(tables -> tables.mirror().look(done));
      times.succeeded(time.nanos().getAsLong());
    } catch (RemoteFault fault) {
      times.failed(time.nanos().getAsLong(), fault.retryAfter());
      failed(
          fault.kind() == RemoteFault.Kind.REFUSED ? MirrorState.REFUSED : MirrorState.UNREACHABLE,
          String.valueOf(fault.getMessage()));
    } catch (RuntimeException | StackOverflowError e) {
      // A commit that overflows the stack must not end the server: each start would find it again.
      times.failed(time.nanos().getAsLong(), Duration.ZERO);
      LOG.error("the look at the upstream failed; it is tried again", e);
      failed(MirrorState.UNREACHABLE, "BUG  the look failed; the server's log says why");
    }
  }

  private boolean knowsABranch() {
    return memory.known().refs().stream()
        .anyMatch(known -> known.ref().startsWith(RefPatterns.HEADS));
  }

  private MirrorTable.Look done(Fetched fetched) {
    String state = MirrorState.OK;
    String reason = "";
    if (fetched.empty()) {
      state = MirrorState.EMPTY;
      reason = "the upstream has no branch yet; push one there";
    } else if (!fetched.hasBranch() && !knowsABranch()) {
      state = MirrorState.REFUSED;
      reason =
          "UPSTREAM_BRANCHES  "
              + (patterns.byHead()
                  ? "HEAD of the upstream names no branch that it has"
                  : "no branch of the upstream matches upstream.branches")
              + "; it has: "
              + fetched.branches().stream().limit(BRANCHES_NAMED).collect(Collectors.joining(", "))
              + "; set upstream.branches";
    }
    return new MirrorTable.Look(state, reason, time.clock().instant(), null, fetched.head());
  }

  private void failed(String state, String reason) {
    MirrorTable.Look before = memory.known().look().orElse(null);
    if (before == null || !before.reason().equals(reason)) {
      LOG.warn("upstream: {}", reason);
    }
    Instant now = time.clock().instant();
    try {
      memory.change(tables ->
          tables
              .mirror()
              .look(
                  new MirrorTable.Look(
                      state,
                      reason,
                      before == null ? null : before.fetchedAt(),
                      before == null || before.failingSince() == null ? now : before.failingSince(),
                      before == null ? null : before.defaultBranch())));
    } catch (RuntimeException e) {
      LOG.warn("the state of the upstream cannot be stored: {}", e.getMessage());
    }
  }

  private Set<String> choose(Set<String> names, @Nullable String head) {
    return patterns.choose(names, defaults(head), RefEntry.OWN);
  }

  /** Without patterns: the branch of HEAD, and those that were it before. */
  private Set<String> defaults(@Nullable String head) {
    Set<String> defaults = new TreeSet<>();
    if (head != null) {
      defaults.add(head);
    }
    memory.known().refs().forEach(r -> defaults.add(RefPatterns.shown(r.ref())));
    return defaults;
  }

  @Override
  public void close() {
    queue.close();
  }
}
