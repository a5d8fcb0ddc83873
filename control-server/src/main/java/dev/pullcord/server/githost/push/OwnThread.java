package dev.pullcord.server.githost.push;

import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.ProcessEnd;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Does work on a thread of the platform, which the system interrupts so that others get on. A
 * virtual thread keeps its processor for as long as it computes: two packs that are read would keep
 * both of a small machine, and neither port would answer meanwhile.
 */
public final class OwnThread {
  private OwnThread() {}

  /** What is done. */
  @FunctionalInterface
  public interface Work {
    /** Does it. */
    void run() throws IOException;
  }

  /** Returns when it is done; throws what it throws. */
  public static void run(String name, Work work) throws IOException {
    Throwable[] thrown = {null};
    Thread thread =
        LastingThreads.start(
            name,
            () -> {
              try {
                work.run();
              } catch (Throwable e) {
                ProcessEnd.ifBroken(e);
                thrown[0] = e;
              }
            });
    join(thread);
    rethrow(thrown[0]);
  }

  private static void join(Thread thread) throws IOException {
    try {
      thread.join();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new IOException("the server stops", e);
    }
  }

  private static void rethrow(@Nullable Throwable thrown) throws IOException {
    switch (thrown) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException("work threw what it cannot throw", e);
    }
  }
}
