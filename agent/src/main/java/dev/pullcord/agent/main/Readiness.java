package dev.pullcord.agent.main;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.process.Command;
import dev.pullcord.agent.host.process.CommandResult;
import dev.pullcord.agent.host.process.CommandRunner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd that the agent is ready and that it is alive, where systemd asked to be told. The
 * JDK has no datagram sockets in the file system, so systemd's own tool does it; the unit needs
 * {@code NotifyAccess=all}.
 */
final class Readiness {
  private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
  private static final String SOCKET = "NOTIFY_SOCKET";

  private Readiness() {}

  /** Ready. */
  static void tell(Path temporary, HostClock clock) {
    say("--ready", temporary, clock);
  }

  /** Alive; feeds the watchdog. */
  static void alive(Path temporary, HostClock clock) {
    say("WATCHDOG=1", temporary, clock);
  }

  private static void say(String what, Path temporary, HostClock clock) {
    String socket = System.getenv(SOCKET);
    if (socket == null) {
      return;
    }
    Command command =
        new Command(
            List.of("systemd-notify", what),
            temporary,
            Map.of("PATH", "/usr/bin:/bin", SOCKET, socket),
            Duration.ofSeconds(5),
            true);
    CommandResult result = new CommandRunner(temporary, clock).run(command, () -> false);
    if (!result.succeeded()) {
      LOG.warn("systemd could not be told: {}", result.output().strip());
    }
  }
}
