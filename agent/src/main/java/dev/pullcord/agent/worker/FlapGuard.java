package dev.pullcord.agent.worker;

import dev.pullcord.agent.host.HostClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says how long to wait before a worker that died is started again: 1, 2, 4 … 60 s, from the
 * beginning again once it has lived for a minute. An agent that was restarted goes on where the one
 * before was.
 *
 * <p>It also remembers that a worker dies again and again. One that was started again does not
 * count as well before it has lived for 10 s, and for a minute when it has died more than once in
 * ten minutes; until then the node is failed, not converged between two deaths. What had died
 * before the agent looked for the first time, by a reboot say, is started again and held against
 * nobody.
 */
public final class FlapGuard {
  private static final Duration MAX = Duration.ofSeconds(60);
  private static final int LADDER_TOP = 6;

  private final HostClock clock;
  private final Map<String, Deaths> deaths = new HashMap<>();

  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final Duration SETTLES_ONCE = Duration.ofSeconds(10);

  private final Map<String, Flapping> flapping = new HashMap<>();
  private final DeathNotes notes;
  private boolean watching;

  private record Deaths(int inARow, String reason, long dueAtNanos, Instant retryAt) {}

  /**
   * A worker that died while the agent looked.
   *
   * @param times it died in ten minutes
   * @param firstNanos the first of these
   * @param upNanos since when it works again; null before that
   */
  private record Flapping(
      String reason, int times, long firstNanos, long lastNanos, @Nullable Long upNanos) {}

  /**
   * A worker that works again and does not yet count as well.
   *
   * @param reason one line
   * @param left until it does
   * @param until when that is
   */
  public record Unsettled(String reason, Duration left, Instant until) {}

  /** With that monotonic clock, and what the agent before has noted. */
  public FlapGuard(HostClock clock, DeathNotes notes) {
    this.clock = clock;
    this.notes = notes;
    notes.read().forEach(this::recall);
  }

  /** The wall clock may have jumped: what is noted is at most as far away as it can be. */
  private void recall(DeathNotes.Note note) {
    Instant wall = clock.now();
    long now = clock.nanos();
    long due = within(Duration.between(wall, note.due()), MAX);
    deaths.put(
        note.worker(),
        new Deaths(note.inARow(), note.told(), now + due, wall.plusNanos(Math.max(0, due))));
    if (note.times() > 0) {
      long first = now + within(Duration.between(wall, note.first()), Duration.ZERO);
      long last = now + within(Duration.between(wall, note.last()), Duration.ZERO);
      flapping.put(note.worker(), new Flapping(note.reason(), note.times(), first, last, null));
    }
  }

  private static long within(Duration away, Duration most) {
    Duration longAgo = REMEMBERED.multipliedBy(-2);
    Duration bounded = away.compareTo(most) > 0 ? most : away;
    return (bounded.compareTo(longAgo) < 0 ? longAgo : bounded).toNanos();
  }

  /** 1, 2, 4 … 60 s for the first, second, … fault in a row. */
  public static Duration delay(int inARow) {
    return inARow > LADDER_TOP ? MAX : Duration.ofSeconds(1L << (inARow - 1));
  }

  /**
   * A worker died, or did not become well again.
   *
   * @param reason one line
   */
  public void died(String worker, String reason) {
    Deaths before = deaths.get(worker);
    long now = clock.nanos();
    int inARow =
        before != null && now - before.dueAtNanos < MAX.toNanos()
            ? Math.min(before.inARow + 1, LADDER_TOP + 1)
            : 1;
    String often = watching ? remember(worker, reason, now) : reason;
    String text = often + ", again in " + delay(inARow).toSeconds() + " s";
    Instant retryAt = clock.now().plus(delay(inARow));
    deaths.put(worker, new Deaths(inARow, text, now + delay(inARow).toNanos(), retryAt));
    note();
  }

  private void note() {
    Instant wall = clock.now();
    long now = clock.nanos();
    List<DeathNotes.Note> all = new ArrayList<>();
    deaths.forEach((worker, death) -> {
      Flapping lately = flapping.get(worker);
      all.add(
          new DeathNotes.Note(
              worker,
              lately == null ? death.reason : lately.reason,
              death.reason,
              death.inARow,
              death.retryAt,
              lately == null ? 0 : lately.times,
              lately == null ? wall : wall.minusNanos(now - lately.firstNanos),
              lately == null ? wall : wall.minusNanos(now - lately.lastNanos)));
    });
    notes.write(all);
  }

  /** The reason, with how often it was so lately. */
  private String remember(String worker, String reason, long now) {
    Flapping before = flapping.get(worker);
    Flapping lately = lately(before, reason, now);
    flapping.put(worker, lately);
    return often(lately);
  }

  /** Of a series that is longer than what is remembered, the last two deaths count. */
  private static Flapping lately(@Nullable Flapping before, String reason, long now) {
    if (before == null || now - before.lastNanos >= REMEMBERED.toNanos()) {
      return new Flapping(reason, 1, now, now, null);
    }
    return now - before.firstNanos < REMEMBERED.toNanos()
        ? new Flapping(reason, before.times + 1, before.firstNanos, now, null)
        : new Flapping(reason, 2, before.lastNanos, now, null);
  }

  private static String often(Flapping worker) {
    long minutes =
        Math.ceilDiv(worker.lastNanos - worker.firstNanos, Duration.ofMinutes(1).toNanos());
    return worker.times == 1
        ? worker.reason
        : worker.reason + ", " + worker.times + " times in " + Math.max(1, minutes) + " min";
  }

  /**
   * Says which of the workers that have the work now has not had it for long enough yet. One that
   * waits for its next start does not live: that time counts for nothing.
   *
   * @param working those workers
   */
  public Optional<Unsettled> unsettled(Set<String> working) {
    watching = true;
    long now = clock.nanos();
    flapping.replaceAll((worker, f) ->
        f.upNanos == null && working.contains(worker)
            ? new Flapping(f.reason, f.times, f.firstNanos, f.lastNanos, now)
            : f);
    return flapping.entrySet().stream()
        .filter(entry -> working.contains(entry.getKey()))
        .map(entry -> unsettled(entry.getValue(), now))
        .flatMap(Optional::stream)
        .max(Comparator.comparing(Unsettled::left));
  }

  private Optional<Unsettled> unsettled(Flapping f, long now) {
    Duration needed = f.times == 1 ? SETTLES_ONCE : MAX;
    long up = f.upNanos == null ? 0 : now - f.upNanos;
    Duration left = needed.minusNanos(up);
    return left.isPositive()
        ? Optional.of(
            new Unsettled(
                often(f)
                    + "; it runs again, and is well once it has lived for "
                    + needed.toSeconds()
                    + " s",
                left,
                clock.now().plus(left)))
        : Optional.empty();
  }

  /** A new release has taken over, or an operator wants it now: what was is forgotten. */
  public void forget() {
    if (!deaths.isEmpty() || !flapping.isEmpty()) {
      deaths.clear();
      flapping.clear();
      note();
    }
  }

  /** How long until it may be started; zero or less when it may. */
  public Duration dueIn(String worker) {
    Deaths last = deaths.get(worker);
    return last == null ? Duration.ZERO : Duration.ofNanos(last.dueAtNanos - clock.nanos());
  }

  /** When it is started again, as it was known when it died; null when it did not. */
  public @Nullable Instant retryAt(String worker) {
    Deaths last = deaths.get(worker);
    return last == null ? null : last.retryAt;
  }

  /** Why it died last, and how long it was until the next start when that was found. */
  public String reason(String worker) {
    Deaths last = deaths.get(worker);
    return last == null ? "worker " + worker + " is not running" : last.reason;
  }
}
