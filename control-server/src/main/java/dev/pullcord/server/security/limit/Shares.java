package dev.pullcord.server.security.limit;

import dev.pullcord.server.refusal.Refusal;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Something of which there is so much, and of which one caller may have a part. Whoever has his
 * part is told so with 429, and with 503 when all of it is taken.
 */
public final class Shares {
  private final String what;
  private final String key;
  private final long all;
  private final long each;
  private final int retrySeconds;
  private final Map<String, Long> taken = new HashMap<>();
  private long sum;

  /**
   * Nobody has any.
   *
   * @param what in the plural, {@code event streams}
   * @param key the first of its two keys below {@code limits}; the other ends in {@code -each}
   * @param all how much there is
   * @param each how much one caller may have; a single larger piece is his alone
   * @param retrySeconds when to ask again
   */
  public Shares(String what, String key, long all, long each, int retrySeconds) {
    this.what = what;
    this.key = key;
    this.all = all;
    this.each = each;
    this.retrySeconds = retrySeconds;
  }

  /** Half as much of the same, of which nothing is taken. */
  public Shares half() {
    return new Shares(what, key, Math.max(1, all / 2), Math.max(1, each / 2), retrySeconds);
  }

  /** What was taken; given back once, however often it is closed. */
  @FunctionalInterface
  public interface Share extends AutoCloseable {
    @Override
    void close();
  }

  /** Takes one. */
  public Share take(String caller) {
    return take(caller, 1);
  }

  /**
   * Takes so much.
   *
   * @throws Refusal 429 {@code SHARE_TAKEN}, 503 {@code ALL_TAKEN}
   */
  public synchronized Share take(String caller, long amount) {
    long own = taken.getOrDefault(caller, 0L);
    if (own > 0 && own + amount > each) {
      throw new Refusal(
          Refusal.Kind.TOO_MANY,
          "SHARE_TAKEN",
          caller
              + " has "
              + own
              + " "
              + what
              + " already; one caller may have "
              + each
              + " (limits."
              + key
              + "-each of server.yaml)",
          null,
          retrySeconds);
    }
    if (sum > 0 && sum + amount > all) {
      throw new Refusal(
          Refusal.Kind.UNAVAILABLE,
          "ALL_TAKEN",
          sum + " " + what + " are taken, of " + all + " (limits." + key + " of server.yaml)",
          null,
          retrySeconds);
    }
    sum += amount;
    taken.merge(caller, amount, Long::sum);
    AtomicBoolean back = new AtomicBoolean();
    return () -> {
      if (back.compareAndSet(false, true)) {
        giveBack(caller, amount);
      }
    };
  }

  private synchronized void giveBack(String caller, long amount) {
    sum -= amount;
    taken.computeIfPresent(caller, (_, n) -> n > amount ? n - amount : null);
  }

  /** How much there is. */
  public long all() {
    return all;
  }

  /** How much is taken. */
  public synchronized long taken() {
    return sum;
  }
}
