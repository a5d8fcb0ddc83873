package dev.pullcord.agent.main;

import dev.pullcord.agent.commands.StateOptions;
import dev.pullcord.agent.commands.Version;
import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.base.host.StopDeadline;
import dev.pullcord.base.host.SystemdNotify;
import dev.pullcord.protocol.error.ExitCode;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The daemon. */
@Command(
    name = "run",
    description = "Run the agent. SIGTERM ends it and leaves the workers running.",
    mixinStandardHelpOptions = true)
final class RunAgentCommand implements Callable<Integer> {
  private static final String PROGRAM = "pullcord-agent";
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(9);

  @Mixin private StateOptions options = new StateOptions();

  @Option(names = "--once", description = "Do one pass and exit with the code of its outcome.")
  private boolean once;

  @Override
  public Integer call() throws IOException, InterruptedException {
    LogSetup.toStandardOutput();
    AgentConfig config = options.read();
    HostClock clock = HostClock.system();
    try (StateDirectory directory = StateDirectory.open(config.state())) {
      Log.TO.info("pullcord-agent {}, {}", Version.text(), config.text());
      if (once) {
        return once(config, directory, clock);
      }
      ProcessEnd.arm(PROGRAM, ExitCode.BUG.code());
      RunningAgent agent = new RunningAgent(config, directory, clock);
      StopDeadline deadline =
          new StopDeadline(PROGRAM, ExitCode.BUG.code(), STOPS_WITHIN, agent::closing);
      agent.start();
      LastingThreads.atExit("stop", () -> stop(agent, directory, deadline));
      Log.TO.info("ready");
      SystemdNotify.ready(Log.TO::warn);
      LoopWatch.start(clock, agent::turns);
      watch(agent);
      new CountDownLatch(1).await();
    }
    return ExitCode.DONE.code();
  }

  private static int once(AgentConfig config, StateDirectory directory, HostClock clock)
      throws IOException {
    try (AgentAssembly agent = AgentAssembly.open(config, directory, clock)) {
      PassResult result = agent.runOnce();
      Log.TO.info("{}: {}", result.state().wireName(), result.reason());
      return result.exit().code();
    }
  }

  /**
   * What ends it here is no end in order, also where the last thread that runs is the one below.
   */
  private static void watch(RunningAgent agent) throws IOException {
    try {
      agent.watch();
    } catch (IOException | RuntimeException e) {
      agent.failed();
      throw e;
    }
  }

  /** On SIGTERM; the exit code says that this is an end in order. */
  private static void stop(RunningAgent agent, StateDirectory directory, StopDeadline deadline) {
    deadline.begin();
    Log.TO.info("stopping; the workers run on");
    int code = agent.hasFailed() ? ExitCode.FAILED.code() : ExitCode.DONE.code();
    try {
      agent.close();
      directory.close();
    } catch (RuntimeException e) {
      Log.TO.error("the end was not in order", e);
      code = ExitCode.BUG.code();
    }
    Log.TO.info("stopped");
    Runtime.getRuntime().halt(code);
  }

  /** Made at its first use: a logger before {@link LogSetup} would set the others up wrongly. */
  private static final class Log {
    static final Logger TO = LoggerFactory.getLogger(AgentMain.class);

    private Log() {}
  }
}
