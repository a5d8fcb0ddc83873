package dev.pullcord.server;

import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.base.host.StopDeadline;
import dev.pullcord.base.host.SystemdNotify;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.host.StoreFile;
import dev.pullcord.server.http.Address;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Runs the server until it is told to stop. What the command line says wins over the file. */
@Command(
    name = "run",
    description = "Run the server until SIGTERM.",
    mixinStandardHelpOptions = true)
final class RunServerCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunServerCommand.class);
  private static final String PROGRAM = "pullcord-server";
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(9);

  @ParentCommand private @Nullable ServerMain main;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration (default: /etc/pullcord/server.yaml where it exists).")
  private @Nullable Path configFile;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "The state directory (default: what the configuration says).")
  private @Nullable Path state;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "The port for people and git (default: what the configuration says).")
  private @Nullable String listen;

  @Option(
      names = "--agents",
      paramLabel = "HOST:PORT",
      description = "The port for agents (default: what the configuration says).")
  private @Nullable String agents;

  @Option(
      names = "--plain-http",
      description = "Plain HTTP on the people's port; refused unless it is on loopback.")
  private boolean plainHttp;

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServerConfig config = config();
    if (!StoreFile.exists(config.state()) && config.place().store() == null) {
      throw new IllegalArgumentException(
          "NOT_INITIALISED  "
              + config.state()
              + " holds no server; make one: pullcord-server init --state "
              + config.state());
    }
    if (main != null && main.ownsProcess()) {
      ProcessEnd.arm(PROGRAM, ExitCode.BUG.code());
    }
    ClosingStack closing = new ClosingStack();
    Stop stop = new Stop(closing);
    ServerAssembly server;
    try {
      server =
          ServerAssembly.start(
              config, PortRoutes.Table.STANDARD, closing, () -> stop.onSignal(config));
    } catch (IOException | RuntimeException e) {
      stop.failed();
      throw e;
    }
    stop.onSignal(config);
    LOG.info("{}", server.readyLine());
    new CountDownLatch(1).await();
    return ExitCode.DONE.code();
  }

  private ServerConfig config() throws IOException {
    ServerConfig file = ServerConfig.load(configFile);
    return new ServerConfig(
        (state == null ? file : file.in(state)).place(),
        listen == null ? file.listen() : Address.parse(listen),
        agents == null ? file.agents() : Address.parse(agents),
        plainHttp || file.plainHttp(),
        file.names(),
        file.limits(),
        file.upstream(),
        file.badge(),
        file.alerts());
  }

  /** Who can reach the ports, which the addresses of {@code ready} do not say. */
  private static String listens(ServerConfig config) {
    boolean here = config.listen().loopback() && config.agents().loopback();
    boolean everywhere = config.listen().any() || config.agents().any();
    return "listens people="
        + config.listen()
        + " agents="
        + config.agents()
        + (here ? " (only this machine reaches them)" : "")
        + (everywhere ? " (*: on every address of this host, for other machines too)" : "");
  }

  /** The end by a signal, in order: of a server, and of one that still waits for its store. */
  private static final class Stop {
    private final ClosingStack closing;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean failed;

    Stop(ClosingStack closing) {
      this.closing = closing;
    }

    /** From now on the ports answer, so systemd is told as well. */
    void onSignal(ServerConfig config) {
      if (begun.compareAndSet(false, true)) {
        StopDeadline deadline =
            new StopDeadline(PROGRAM, ExitCode.BUG.code(), STOPS_WITHIN, closing::closing);
        LastingThreads.atExit("stop", () -> run(deadline));
        LOG.info("{}", listens(config));
        SystemdNotify.ready(LOG::warn);
      }
    }

    /** The process ends with the code of what the start threw. */
    void failed() {
      failed = true;
    }

    private void run(StopDeadline deadline) {
      if (failed) {
        return;
      }
      deadline.begin();
      LOG.info("stopping");
      SystemdNotify.stopping(LOG::warn);
      closing.close();
      LOG.info("stopped");
      // A JVM that ends by a signal would report that signal, although all was closed as it should.
      Runtime.getRuntime().halt(ExitCode.DONE.code());
    }
  }
}
