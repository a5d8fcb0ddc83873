package dev.pullcord.base.host;

import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells systemd that a daemon is ready, alive or about to stop, where systemd started it and wants
 * to know. The message comes from this process, so the unit needs only {@code NotifyAccess=main}.
 * That systemd could not be told goes to a log and ends no daemon.
 */
public final class SystemdNotify {
  private SystemdNotify() {}

  /** The daemon does what it is for. */
  public static void ready(Consumer<String> log) {
    tell("READY=1", log);
  }

  /** The daemon has begun to stop. */
  public static void stopping(Consumer<String> log) {
    tell("STOPPING=1", log);
  }

  /** The daemon does its work; feeds the watchdog, where there is one. */
  public static void alive(Consumer<String> log) {
    if (System.getenv(Watchdog.VARIABLE) != null) {
      tell("WATCHDOG=1", log);
    }
  }

  private static void tell(String message, Consumer<String> log) {
    tell(System.getenv("NOTIFY_SOCKET"), message, log);
  }

  static void tell(@Nullable String socket, String message, Consumer<String> log) {
    if (socket == null || socket.isEmpty()) {
      return;
    }
    try {
      UnixDatagram.send(socket, message);
    } catch (IOException | RuntimeException | LinkageError e) {
      log.accept("cannot tell systemd " + message + " at " + socket + ": " + e.getMessage());
    }
  }
}
