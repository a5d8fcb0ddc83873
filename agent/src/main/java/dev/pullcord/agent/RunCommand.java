package dev.pullcord.agent;

import dev.pullcord.agent.command.StateOptions;
import dev.pullcord.agent.command.Version;
import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.StateDirectory;
import dev.pullcord.agent.pass.PassResult;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.base.host.StopDeadline;
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
final class RunCommand implements Callable<Integer> {
  private static final String PROGRAM = "pullcord-agent";
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(9);

  @Mixin private StateOptions options = new StateOptions();

  @Option(names = "--once", description = "Do one pass and exit with the code of its outcome.")
  private boolean once;

  @Override
  public Integer call() throws IOException, InterruptedException {
    LogSetup.toStandardOutput();
    AgentConfig config = options.read();
    ProcessEnd.arm(PROGRAM, ExitCode.BUG.code());
    try (StateDirectory directory = StateDirectory.open(config.state());
        AgentAssembly agent = AgentAssembly.open(config, directory, HostClock.system())) {
      Logger log = LoggerFactory.getLogger(AgentMain.class);
      log.info("pullcord-agent {}, {}", Version.text(), config.text());
      if (once) {
        PassResult result = agent.runOnce();
        log.info("{}: {}", result.state().wireName(), result.reason());
        return result.exit().code();
      }
      StopDeadline deadline =
          new StopDeadline(PROGRAM, ExitCode.BUG.code(), STOPS_WITHIN, agent::closing);
      agent.start();
      LastingThreads.atExit("stop", () -> stop(agent, directory, log, deadline));
      log.info("ready");
      Readiness.tell(directory.tmp(), HostClock.system());
      new CountDownLatch(1).await();
    }
    return ExitCode.DONE.code();
  }

  /** On SIGTERM; the exit code says that this is an end in order. */
  private static void stop(
      AgentAssembly agent, StateDirectory directory, Logger log, StopDeadline deadline) {
    deadline.begin();
    log.info("stopping; the workers run on");
    int code = ExitCode.DONE.code();
    try {
      agent.close();
      directory.close();
    } catch (RuntimeException e) {
      log.error("the end was not in order", e);
      code = ExitCode.BUG.code();
    }
    log.info("stopped");
    Runtime.getRuntime().halt(code);
  }
}
