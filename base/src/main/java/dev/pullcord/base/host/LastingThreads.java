package dev.pullcord.base.host;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes every thread of a daemon. What gets out of such a thread ends the process by {@link
 * ProcessEnd}: a daemon that lost one of them is no longer itself. An executor made here does not
 * keep a failure in a future that nobody asks, and a timer does not stop in silence.
 *
 * <p>The system property {@code pullcord.fail-thread} names a thread that fails at its first work;
 * it is how a test sees that each of them is watched.
 */
public final class LastingThreads {
  private static final String FAILING = System.getProperty("pullcord.fail-thread", "");

  private LastingThreads() {}

  /** A thread that does this and that the process does not wait for; not started yet. */
  public static Thread unstarted(String name, Runnable work) {
    return Thread.ofPlatform().name(name).daemon().unstarted(watched(name, work));
  }

  /** The same, started. */
  public static Thread start(String name, Runnable work) {
    Thread thread = unstarted(name, work);
    thread.start();
    return thread;
  }

  /** A thread for one short piece of work, of which there may be many. */
  public static Thread brief(String name, Runnable work) {
    return Thread.ofVirtual().name(name).start(watched(name, work));
  }

  /** Threads that take work in turn; {@code name-0}, {@code name-1} and so on. */
  public static ExecutorService pool(String name, int threads) {
    return new ThreadPoolExecutor(
        threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory(name)) {
      @Override
      protected void beforeExecute(Thread thread, Runnable work) {
        failIfAsked(name);
      }

      @Override
      protected void afterExecute(Runnable work, @Nullable Throwable thrown) {
        look(work, thrown);
      }
    };
  }

  /** Threads that do things at their time; a task that throws ends the process, not its turns. */
  public static ScheduledExecutorService timer(String name, int threads) {
    return new ScheduledThreadPoolExecutor(threads, factory(name)) {
      @Override
      protected void beforeExecute(Thread thread, Runnable work) {
        failIfAsked(name);
      }

      @Override
      protected void afterExecute(Runnable work, @Nullable Throwable thrown) {
        look(work, thrown);
      }
    };
  }

  /** Runs this at the end of the process, also when that comes by a signal. */
  public static void atExit(String name, Runnable work) {
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name(name).unstarted(work));
  }

  /** Work that another library's thread does for us: what gets out of it ends the process. */
  public static Runnable watched(String name, Runnable work) {
    return () -> {
      try {
        failIfAsked(name);
        work.run();
      } catch (Throwable e) {
        ProcessEnd.because(Thread.currentThread(), e);
        throw e;
      }
    };
  }

  private static ThreadFactory factory(String name) {
    AtomicInteger count = new AtomicInteger();
    return work ->
        Thread.ofPlatform().name(name + "-" + count.getAndIncrement()).daemon().unstarted(work);
  }

  private static void look(Runnable work, @Nullable Throwable thrown) {
    Throwable failure = thrown;
    if (failure == null && work instanceof Future<?> future && future.isDone()) {
      try {
        future.get();
      } catch (CancellationException _) {
        return; // the executor ends
      } catch (ExecutionException e) {
        failure = e.getCause();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    if (failure != null) {
      ProcessEnd.because(Thread.currentThread(), failure);
    }
  }

  /** For threads that another library makes: fails where a test wants a thread of that name to. */
  public static void failIfAsked(String name) {
    if (!FAILING.isEmpty() && name.equals(FAILING)) {
      throw new InternalError("this thread was told to fail, by -Dpullcord.fail-thread");
    }
  }
}
