package dev.pullcord.server.alert.outbox;

import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.server.store.DiskTrouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends on one thread for each receiver, so that one that hangs slows nobody else. It looks when it
 * is told that there is something, and every few seconds.
 */
public final class OutboxSender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxSender.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(2);

  private final Outbox outbox;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final List<Thread> threads = new ArrayList<>();
  private long told;
  private volatile boolean closed;

  /** A sender that has begun. */
  public OutboxSender(Outbox outbox, Map<String, Receiver> receivers) {
    this.outbox = outbox;
    receivers.forEach(
        (name, receiver) -> threads.add(LastingThreads.start("alerts", () -> run(name, receiver))));
  }

  /** There may be something to send. */
  public void wake() {
    lock.lock();
    try {
      told++;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run(String name, Receiver receiver) {
    long seen = 0;
    try {
      while (!closed) {
        Duration pause = send(name, receiver);
        seen = await(seen, pause);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration send(String name, Receiver receiver) throws InterruptedException {
    try {
      Optional<Duration> next = outbox.deliverNext(name, receiver);
      return next.filter(p -> p.compareTo(LOOK_EVERY) < 0).orElse(LOOK_EVERY);
    } catch (RuntimeException e) {
      ProcessEnd.ifBroken(e);
      if (!closed) {
        DiskTrouble.log(LOG, "the outbox of " + name + " cannot be read or written", e);
      }
      return LOOK_EVERY;
    }
  }

  private long await(long seen, Duration pause) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = pause.toNanos();
      while (left > 0 && told == seen && !closed) {
        left = news.awaitNanos(left);
      }
      return told;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the tries that are under way; what was not delivered is tried after the next start. */
  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
    long until = System.nanoTime() + STOPS_WITHIN.toNanos();
    for (Thread thread : threads) {
      try {
        TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, until - System.nanoTime()));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
