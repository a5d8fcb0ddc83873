package dev.pullcord.server.http.connection;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Lets only so many handshakes of a port compute at a time, in the order in which they came. The
 * others wait and take no processor, so that a fleet that comes back at once slows down neither
 * people nor the nodes that are connected already. Every other turn is for a handshake that has
 * begun, if one waits: what was computed for it would be lost if it became too late. A handshake
 * has two steps, so whoever makes more of them out of it gains nothing.
 *
 * <p>A turn is held only while there is something to compute, and never while the other side is
 * waited for. So nobody takes turns from others by being slow.
 */
final class HandshakeTurns {
  private final Deque<CompletableFuture<@Nullable Void>> begun = new ArrayDeque<>();
  private final Deque<CompletableFuture<@Nullable Void>> beginning = new ArrayDeque<>();
  private int free;
  private boolean lastHadBegun;

  /** So many at a time. */
  HandshakeTurns(int most) {
    free = most;
  }

  /** For this machine. */
  static HandshakeTurns fitting() {
    return new HandshakeTurns(Runtime.getRuntime().availableProcessors());
  }

  /** A turn that has come. Ending it more than once does nothing. */
  final class Turn {
    private final AtomicBoolean over = new AtomicBoolean();

    void end() {
      if (over.compareAndSet(false, true)) {
        next();
      }
    }
  }

  /**
   * Waits for a turn.
   *
   * @param hasBegun whether this handshake has had a turn before
   */
  Turn take(boolean hasBegun) {
    CompletableFuture<@Nullable Void> comes = new CompletableFuture<>();
    synchronized (this) {
      if (free > 0) {
        free--;
        comes.complete(null);
      } else {
        (hasBegun ? begun : beginning).add(comes);
      }
    }
    comes.join();
    return new Turn();
  }

  private void next() {
    CompletableFuture<@Nullable Void> next;
    synchronized (this) {
      lastHadBegun = !begun.isEmpty() && (beginning.isEmpty() || !lastHadBegun);
      next = lastHadBegun ? begun.poll() : beginning.poll();
      if (next == null) {
        free++;
      }
    }
    if (next != null) {
      next.complete(null);
    }
  }

  /** How many wait. */
  synchronized int waiting() {
    return begun.size() + beginning.size();
  }
}
