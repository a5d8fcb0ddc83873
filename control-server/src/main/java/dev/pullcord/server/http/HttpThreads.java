package dev.pullcord.server.http;

import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.ProcessEnd;
import java.util.concurrent.Executor;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Jetty's threads: a few of the platform for the connections, a virtual one for each request. Jetty
 * logs what a job throws and goes on; where the virtual machine itself failed, the process ends.
 */
final class HttpThreads extends QueuedThreadPool {
  private static final int MAX = 24;
  private static final int MIN = 4;

  HttpThreads() {
    super(MAX, MIN);
    setName("http");
    Executor requests = VirtualThreads.getNamedVirtualThreadsExecutor("request-");
    setVirtualThreadsExecutor(job -> requests.execute(() -> runWatched("request", job)));
  }

  @Override
  protected void runJob(Runnable job) {
    runWatched("http", job);
  }

  private static void runWatched(String name, Runnable job) {
    try {
      LastingThreads.failIfAsked(name);
      job.run();
    } catch (Throwable e) {
      ProcessEnd.ifBroken(e);
      throw e;
    }
  }
}
