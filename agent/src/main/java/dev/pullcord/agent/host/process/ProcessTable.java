package dev.pullcord.agent.host.process;

import dev.pullcord.base.disk.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the processes of this host from {@code /proc}. Zombies are left out: they have ended. What
 * belongs to other users can be listed, but neither its environment nor its files can be read.
 */
public final class ProcessTable {
  private static final Path PROC = Path.of("/proc");
  private static final int ONE_BY_ONE = 1000;
  private static final int STATE = 3;
  private static final int PARENT = 4;
  private static final int SESSION = 6;
  private static final int START_TIME = 22;

  private ProcessTable() {}

  /**
   * A process that lives.
   *
   * @param id of it
   * @param parent its parent's pid
   * @param session the pid that its session is named after
   */
  public record Listed(ProcessId id, long parent, long session) {
    /** Its pid. */
    public long pid() {
      return id.pid();
    }
  }

  /** All that live, this very process among them. */
  public static List<Listed> all() {
    List<Listed> rows = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        row(Long.parseLong(process.getFileName().toString())).ifPresent(rows::add);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Without /proc nothing is known of anybody; what was read until now is true all the same.
      return rows;
    }
    return rows;
  }

  /**
   * Those that live and were started after the process of that pid, and that one itself. Pids are
   * given away in turn, so that a few of them are looked at one by one; where they have begun anew
   * since, or many were given away, all are.
   */
  public static List<Listed> since(long first) {
    long last = lastPid();
    if (last < first || last - first > ONE_BY_ONE) {
      return all();
    }
    List<Listed> rows = new ArrayList<>();
    for (long pid = first; pid <= last; pid++) {
      row(pid).ifPresent(rows::add);
    }
    return rows;
  }

  /** The pid that was given away last; 0 where that cannot be read. */
  private static long lastPid() {
    try {
      String load = Files.readString(PROC.resolve("loadavg")).strip();
      return Long.parseLong(load.substring(load.lastIndexOf(' ') + 1));
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  /** The process of that pid; empty when none lives. */
  public static Optional<Listed> row(long pid) {
    String stat;
    try {
      stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return Optional.empty();
    }
    // The second field is the program's name in parentheses and may itself hold parentheses.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    String state = field(fields, STATE);
    return state.equals("Z") || state.equals("X")
        ? Optional.empty()
        : Optional.of(
            new Listed(
                new ProcessId(pid, Long.parseLong(field(fields, START_TIME))),
                Long.parseLong(field(fields, PARENT)),
                Long.parseLong(field(fields, SESSION))));
  }

  /**
   * Whether that is a thread of this very process. Each thread has a number among the pids, and a
   * directory in {@code /proc} that no list has, with all that the process has open; a signal to it
   * is one to the process.
   */
  public static boolean isOurThread(long pid) {
    return Files.exists(PROC.resolve("self/task/" + pid));
  }

  /** Those that none of the others has started: they tell their own children. */
  public static List<ProcessId> heads(List<ProcessId> processes) {
    Set<Long> pids = processes.stream().map(ProcessId::pid).collect(Collectors.toSet());
    return processes.stream()
        .filter(
            process -> row(process.pid()).filter(row -> !pids.contains(row.parent())).isPresent())
        .toList();
  }

  /** By its number in the manual; the fields begin with the third. */
  private static String field(String[] fields, int number) {
    return fields[number - STATE].strip();
  }

  /** The variable that a process was started with; empty where there is none, or none to read. */
  public static Optional<String> variable(long pid, String name) {
    String all = environment(pid);
    int begin = all.indexOf("\0" + name + "=");
    if (begin < 0) {
      return Optional.empty();
    }
    int value = begin + name.length() + 2;
    return Optional.of(all.substring(value, all.indexOf('\0', value)));
  }

  private static String environment(long pid) {
    return "\0" + content(pid, "environ") + "\0";
  }

  /** The control group of a process, as the kernel's one tree has it; empty when not known. */
  public static String controlGroup(long pid) {
    return content(pid, "cgroup")
        .lines()
        .filter(line -> line.startsWith("0::"))
        .map(line -> line.substring("0::".length()))
        .findFirst()
        .orElse("");
  }

  /** The program that a process runs; empty where that cannot be read. */
  public static Optional<Path> program(long pid) {
    try {
      return Optional.ofNullable(AtomicFiles.readLink(PROC.resolve(pid + "/exe")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether a process has that very file open; false where that cannot be read. */
  public static boolean hasOpen(long pid, Path file) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(PROC.resolve(pid + "/fd"))) {
      for (Path descriptor : descriptors) {
        if (file.equals(AtomicFiles.readLink(descriptor))) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return false;
    }
    return false;
  }

  private static String content(long pid, String name) {
    try {
      return Files.readString(
          PROC.resolve(Long.toString(pid)).resolve(name), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
