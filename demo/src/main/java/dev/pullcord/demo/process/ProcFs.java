package dev.pullcord.demo.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** What the kernel says of a process: what no program that reports about itself can make up. */
public final class ProcFs {
  private static final Path PROC = Path.of("/proc");
  private static final int FIELDS_FROM_STATE_TO_START = 19;

  private ProcFs() {}

  /** Where it works; empty when it is gone. */
  public static Optional<Path> workingDirectory(long pid) {
    try {
      return Optional.of(Files.readSymbolicLink(entry(pid, "cwd")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A variable of the environment that it was started with. */
  public static Optional<String> environment(long pid, String name) {
    return strings(pid, "environ")
        .flatMap(all ->
            Arrays.stream(all)
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .findFirst());
  }

  /** Its command line, joined with spaces. */
  public static Optional<String> commandLine(long pid) {
    return strings(pid, "cmdline").map(all -> String.join(" ", all).strip());
  }

  /**
   * When it was started, in the kernel's ticks since boot: together with the pid it names one
   * process for as long as the machine runs. Empty when it is gone or a zombie.
   */
  public static Optional<String> startTicks(long pid) {
    try {
      String stat = Files.readString(entry(pid, "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return fields[0].equals("Z")
          ? Optional.empty()
          : Optional.of(fields[FIELDS_FROM_STATE_TO_START]);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String[]> strings(long pid, String file) {
    try {
      String text = Files.readString(entry(pid, file), StandardCharsets.ISO_8859_1);
      return Optional.of(text.split("\0", -1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Path entry(long pid, String file) {
    return PROC.resolve(Long.toString(pid)).resolve(file);
  }
}
