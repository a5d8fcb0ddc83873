package dev.pullcord.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What the kernel says of one process: {@code /proc/<pid>/smaps_rollup} for memory, {@code stat}
 * for CPU time (proc(5)); Linux only.
 *
 * @param residentMb resident set
 * @param proportionalMb resident, shared pages divided by their users
 * @param privateDirtyMb what would be free again if it ended
 */
public record ProcessFigures(double residentMb, double proportionalMb, double privateDirtyMb) {
  private static final double TICKS_PER_SECOND = 100;

  /** Memory now. */
  public static ProcessFigures of(long pid) throws IOException {
    double rss = 0;
    double pss = 0;
    double dirty = 0;
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      if (line.startsWith("Rss:")) {
        rss = megabytes(line);
      } else if (line.startsWith("Pss:")) {
        pss = megabytes(line);
      } else if (line.startsWith("Private_Dirty:")) {
        dirty = megabytes(line);
      }
    }
    return new ProcessFigures(rss, pss, dirty);
  }

  /** CPU seconds, user and system, of a process and of its children that have ended. */
  public static double cpuSeconds(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = 0;
    for (int i = 11; i <= 14; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    return ticks / TICKS_PER_SECOND;
  }

  /** One table cell each: resident, PSS, private dirty. */
  String cells() {
    return String.format(
        Locale.ROOT, "%.0f MB | %.0f MB | %.0f MB", residentMb, proportionalMb, privateDirtyMb);
  }

  private static double megabytes(String line) {
    return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
  }
}
