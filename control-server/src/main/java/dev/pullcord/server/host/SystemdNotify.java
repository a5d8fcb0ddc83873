package dev.pullcord.server.host;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.Watchdog;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells systemd, where it started us, that the server is ready, works, or is about to stop. */
public final class SystemdNotify {
  private static final Logger LOG = LoggerFactory.getLogger(SystemdNotify.class);
  private static final int SECONDS_MAX = 5;

  private SystemdNotify() {}

  /** The server answers. */
  public static void ready() {
    notify("--ready");
  }

  /** The server has begun to stop. */
  public static void stopping() {
    notify("--stopping");
  }

  /** The server does its work; feeds the watchdog, where there is one. */
  public static void alive() {
    if (System.getenv(Watchdog.VARIABLE) != null) {
      notify("WATCHDOG=1");
    }
  }

  private static void notify(String what) {
    String socket = System.getenv("NOTIFY_SOCKET");
    if (socket == null || socket.isEmpty()) {
      return;
    }
    // The message must come from this process or one that it waits for, or systemd drops it.
    List<String> command =
        List.of("systemd-notify", what, "--pid=" + ProcessHandle.current().pid());
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        LOG.warn("systemd-notify {} did not end within {} s", what, SECONDS_MAX);
      }
    } catch (IOException e) {
      LOG.warn("cannot tell systemd {}: {}", what, FileFault.of(e));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
