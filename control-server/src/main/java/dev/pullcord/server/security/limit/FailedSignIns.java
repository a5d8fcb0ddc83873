package dev.pullcord.server.security.limit;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds wrong tokens within a quarter of an hour. In the dashboard's form: ten from one network,
 * ten for one token's id, a thousand from all. At the API and for git, where scripts go on trying:
 * three thousand of a network or an id. Over that a wrong one is answered 429, whether there is
 * such a token or not; one that works is taken all the same, so that nobody can lock somebody else
 * out. Kept in a file, so that a restart forgives nothing.
 */
public final class FailedSignIns {
  /** So many wrong ones of a network, or of a token's id. */
  public static final int WRONG_MAX = 10;

  /** The same at the API and for git. */
  public static final int CALLS_MAX = 3000;

  /** Within so long. */
  public static final Duration WINDOW = Duration.ofMinutes(15);

  static final int ALL_MAX = 1000;
  static final int KEPT_MAX = 4096;
  private static final long FILE_MAX_BYTES = 8 << 20;
  private static final Pattern TOKEN_ID = Pattern.compile("pct_([0-9a-f]{12})_.*");
  private static final Logger LOG = LoggerFactory.getLogger(FailedSignIns.class);

  private final InstantSource clock;
  private final @Nullable Path file;
  private final Map<String, Deque<Instant>> wrong = new LinkedHashMap<>();
  private final Map<String, Calls> calls = new LinkedHashMap<>();
  private final Deque<Instant> all = new ArrayDeque<>();
  private boolean changed;

  /** Nothing wrong yet, and nothing kept. */
  public FailedSignIns(InstantSource clock) {
    this(clock, null);
  }

  private FailedSignIns(InstantSource clock, @Nullable Path file) {
    this.clock = clock;
    this.file = file;
  }

  /** Those that the file has; one that cannot be read counts as empty. */
  public static FailedSignIns load(InstantSource clock, Path file) {
    FailedSignIns failed = new FailedSignIns(clock, file);
    try {
      if (Files.exists(file) && Files.size(file) <= FILE_MAX_BYTES) {
        Map<String, List<Long>> kept =
            PullcordJson.wire().readValue(Files.readAllBytes(file), new TypeReference<>() {});
        failed.take(kept);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("{}: earlier wrong tokens are forgotten: {}", file, FileFault.of(e));
    }
    return failed;
  }

  private synchronized void take(Map<String, List<Long>> kept) {
    Instant now = clock.instant();
    kept.forEach((key, times) -> {
      if (key.startsWith("call ") && times.size() == 2 && calls.size() < KEPT_MAX) {
        Instant since = Instant.ofEpochMilli(times.getFirst());
        int count = Math.clamp(times.getLast(), 0, CALLS_MAX);
        calls.put(key, new Calls(since.isAfter(now) ? now : since, count));
        return;
      }
      Deque<Instant> some = new ArrayDeque<>();
      times.stream()
          .map(Instant::ofEpochMilli)
          // A clock that was set back must not keep anybody out for longer.
          .map(t -> t.isAfter(now) ? now : t)
          .limit(WRONG_MAX)
          .forEach(some::add);
      forget(some);
      if (!some.isEmpty() && wrong.size() < KEPT_MAX) {
        wrong.put(key, some);
        if (key.startsWith("from ")) {
          some.stream().limit(ALL_MAX - all.size()).forEach(all::add);
        }
      }
    });
  }

  /**
   * Notes a wrong token.
   *
   * @param address from where it came
   * @return whether there were too many before it
   */
  public synchronized boolean failed(String token, String address) {
    Matcher id = TOKEN_ID.matcher(token);
    boolean over = note(all, ALL_MAX);
    over |= note("from " + ClientNetwork.of(address));
    if (id.matches()) {
      over |= note("of " + id.group(1));
    }
    changed = true;
    return over;
  }

  private boolean note(String key) {
    if (!wrong.containsKey(key) && wrong.size() >= KEPT_MAX) {
      makeRoom();
    }
    return note(wrong.computeIfAbsent(key, _ -> new ArrayDeque<>()), WRONG_MAX);
  }

  private boolean note(Deque<Instant> times, int most) {
    forget(times);
    if (times.size() >= most) {
      return true;
    }
    times.addLast(clock.instant());
    return false;
  }

  /** Notes a wrong token of a request; whether there were too many before it. */
  public synchronized boolean failedCall(String token, String address) {
    Matcher id = TOKEN_ID.matcher(token);
    boolean over = call("call from " + ClientNetwork.of(address));
    if (id.matches()) {
      over |= call("call of " + id.group(1));
    }
    return over;
  }

  private boolean call(String key) {
    Instant now = clock.instant();
    Calls before = calls.get(key);
    if (before == null || !now.isBefore(before.since().plus(WINDOW))) {
      calls.remove(key);
      if (calls.size() >= KEPT_MAX) {
        calls.remove(calls.keySet().iterator().next());
      }
      before = new Calls(now, 0);
    }
    boolean over = before.count() >= CALLS_MAX;
    if (!over) {
      calls.put(key, new Calls(before.since(), before.count() + 1));
      // Only that somebody has reached the limit is worth a write to disk.
      changed |= before.count() + 1 == CALLS_MAX;
    }
    return over;
  }

  private record Calls(Instant since, int count) {}

  /** How many networks and ids it knows of. */
  synchronized int kept() {
    return wrong.size() + calls.size();
  }

  private void makeRoom() {
    wrong.values().forEach(this::forget);
    wrong.values().removeIf(Deque::isEmpty);
    if (wrong.size() >= KEPT_MAX) {
      wrong.remove(wrong.keySet().iterator().next());
    }
  }

  private void forget(Deque<Instant> times) {
    Instant start = clock.instant().minus(WINDOW);
    while (!times.isEmpty() && !times.getFirst().isAfter(start)) {
      times.removeFirst();
    }
  }

  /** Writes the file if there is something new; once a second, and at the end. */
  public void keep() {
    Map<String, List<Long>> kept = new LinkedHashMap<>();
    synchronized (this) {
      if (!changed || file == null) {
        return;
      }
      changed = false;
      wrong.forEach((key, times) -> {
        forget(times);
        kept.put(key, times.stream().map(Instant::toEpochMilli).toList());
      });
      calls.forEach((key, c) -> kept.put(key, List.of(c.since().toEpochMilli(), (long) c.count())));
    }
    try {
      AtomicFiles.write(file, PullcordJson.write(kept) + "\n");
    } catch (IOException e) {
      LOG.warn("wrong tokens cannot be kept beyond a restart: {}", FileFault.of(e, file));
    }
  }
}
