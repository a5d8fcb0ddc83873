package dev.pullcord.agent.host;

/**
 * A flag that counts: raising it wakes whoever waits, and nobody's look at it takes it away from
 * another. A raise between two looks is never lost.
 */
public final class Signal {
  private final Object lock = new Object();
  private long count;

  /** How often it was raised. */
  public long count() {
    synchronized (lock) {
      return count;
    }
  }

  /** Raises it; returns at once, with the count that this raise made. */
  public long raise() {
    synchronized (lock) {
      count++;
      lock.notifyAll();
      return count;
    }
  }

  /** Waits for a count other than {@code seen}; an interrupt ends the wait and stays set. */
  boolean await(long seen, long nanos) {
    long end = System.nanoTime() + nanos;
    synchronized (lock) {
      while (count == seen) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        try {
          lock.wait(left / 1_000_000, (int) (left % 1_000_000));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return true;
        }
      }
      return true;
    }
  }
}
