package dev.pullcord.agent.main;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.enroll.EnrolmentWatch;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.host.Signal;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon in one process, as whichever node it is: when {@code pullcord-agent join} has run
 * beside it, the agent ends and begins again with what was written, and the workers run on.
 */
final class RunningAgent {
  private static final Logger LOG = LoggerFactory.getLogger(AgentMain.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private final AgentConfig config;
  private final StateDirectory directory;
  private final HostClock clock;
  private volatile @Nullable AgentAssembly agent;
  private @Nullable EnrolmentWatch watch;
  private volatile boolean failed;
  private boolean closed;

  RunningAgent(AgentConfig config, StateDirectory directory, HostClock clock) {
    this.config = config;
    this.directory = directory;
    this.clock = clock;
  }

  synchronized void start() throws IOException {
    watch = new EnrolmentWatch(directory.root());
    AgentAssembly opened = AgentAssembly.open(config, directory, clock);
    agent = opened;
    opened.start();
  }

  /** Looks every two seconds whether this node has joined anew; until the agent is closed. */
  void watch() throws IOException {
    Signal never = new Signal();
    while (beginAgainIfJoined()) {
      clock.await(never, 0, LOOK_EVERY);
    }
  }

  synchronized boolean beginAgainIfJoined() throws IOException {
    AgentAssembly running = agent;
    if (closed || watch == null || running == null) {
      return false;
    }
    if (watch.changed()) {
      LOG.info("this node has joined anew; beginning again with its new enrolment");
      running.close();
      if (!running.hasEnded()) {
        // Two loops on one journal would write over each other.
        throw new IOException("the loop did not end in time; a new process has to begin again");
      }
      start();
    }
    return true;
  }

  /** It could not begin again, and ends for that. */
  void failed() {
    failed = true;
  }

  boolean hasFailed() {
    return failed;
  }

  /** Differs from what it was as long as the loop does something. */
  long turns() {
    AgentAssembly running = agent;
    return running == null ? 0 : running.turns();
  }

  /** What its end waits for. */
  String closing() {
    AgentAssembly running = agent;
    return running == null ? "nothing" : running.closing();
  }

  /** Ends it within 10 s and leaves the workers running. */
  synchronized void close() {
    closed = true;
    AgentAssembly running = agent;
    if (running != null) {
      running.close();
    }
  }
}
