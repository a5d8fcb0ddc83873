package dev.pullcord.agent.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Other processes as the kernel shows them. A process that has ended and was not yet waited for (a
 * zombie) counts as gone: an init that does not reap must not keep a worker "alive".
 */
public final class Processes {
  private static final Path PROC = Path.of("/proc");
  private static final int START_TIME = 22;

  private Processes() {}

  /** The living process of that pid. */
  public static Optional<ProcessId> find(long pid) {
    String stat;
    try {
      stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return Optional.empty();
    }
    // The second field is the program's name in parentheses and may itself hold parentheses.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    boolean gone = fields[0].equals("Z") || fields[0].equals("X");
    return gone
        ? Optional.empty()
        : Optional.of(new ProcessId(pid, Long.parseLong(fields[START_TIME - 3].strip())));
  }

  /** Whether this very process lives. */
  public static boolean alive(ProcessId id) {
    return find(id.pid()).filter(id::equals).isPresent();
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

  /** Changes with every boot: no process of another boot lives. */
  public static String bootId() {
    try {
      return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      // Without it a pid and a start time still tell processes apart, only less surely.
      return "unknown";
    }
  }

  /** The pid of this very process. */
  public static long self() {
    return ProcessHandle.current().pid();
  }
}
