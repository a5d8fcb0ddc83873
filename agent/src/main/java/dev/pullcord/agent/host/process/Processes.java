package dev.pullcord.agent.host.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Other processes as the kernel shows them. A process that has ended and was not yet waited for (a
 * zombie) counts as gone: an init that does not reap must not keep a worker "alive".
 */
public final class Processes {
  private static final Path PROC = Path.of("/proc");

  private Processes() {}

  /** The living process of that pid. */
  public static Optional<ProcessId> find(long pid) {
    return ProcessTable.row(pid).map(ProcessTable.Listed::id);
  }

  /** Whether this very process lives. */
  public static boolean alive(ProcessId id) {
    return find(id.pid()).filter(id::equals).isPresent();
  }

  /** Whether a process is of this very process's user. */
  public static boolean isOurs(ProcessId id) {
    try {
      Path process = PROC.resolve(Long.toString(id.pid()));
      return Files.getAttribute(process, "unix:uid")
          .equals(Files.getAttribute(PROC.resolve("self"), "unix:uid"));
    } catch (IOException e) {
      return true; // it has gone
    }
  }

  /** Calls back, from a thread of its own, when the process has ended. */
  public static void onExit(ProcessId id, Runnable callback) {
    Optional<ProcessHandle> handle = ProcessHandle.of(id.pid());
    if (handle.isPresent()) {
      var unused = handle.get().onExit().thenRun(callback);
    } else {
      callback.run();
    }
  }

  /** What {@link #bootId} is where it cannot be read. */
  public static final String UNKNOWN_BOOT = "unknown";

  /**
   * Changes with every boot. A sandbox may change it, too: that another one was noted does not say
   * that a process is gone.
   */
  public static String bootId() {
    try {
      return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      // Without it a pid and a start time still tell processes apart, only less surely.
      return UNKNOWN_BOOT;
    }
  }

  /** The pid of this very process. */
  public static long self() {
    return ProcessHandle.current().pid();
  }
}
