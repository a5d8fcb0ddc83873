package dev.pullcord.agent.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process costs its host, as {@code /proc} says.
 *
 * @param cpuSeconds used since its start
 * @param residentBytes in memory
 * @param descriptors open
 * @param threads that live
 */
record ProcessNumbers(double cpuSeconds, long residentBytes, long descriptors, long threads) {
  private static final Path SELF = Path.of("/proc/self");
  private static final long KIB = 1024;
  private static final double TICKS_A_SECOND = 100;

  /** This process; 0 for what {@code /proc} does not say. */
  static ProcessNumbers ofThisProcess() {
    try (Stream<Path> descriptors = Files.list(SELF.resolve("fd"))) {
      String status = Files.readString(SELF.resolve("status"));
      return new ProcessNumbers(
          cpuSeconds(Files.readString(SELF.resolve("stat"))),
          field(status, "VmRSS:") * KIB,
          descriptors.count(),
          field(status, "Threads:"));
    } catch (IOException e) {
      return new ProcessNumbers(0, 0, 0, 0); // a host without /proc
    }
  }

  /** Fields 14 and 15 of proc(5)'s stat, in hundredths of a second; the name before may hold ). */
  private static double cpuSeconds(String stat) {
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(afterName[11]) + Long.parseLong(afterName[12])) / TICKS_A_SECOND;
  }

  private static long field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip().split("\\s+")[0])
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }
}
