package dev.pullcord.benchmarks.simulation;

import dev.pullcord.benchmarks.ProcessFigures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What the kernel says of the server's process, and what its state takes on the disk.
 *
 * @param cpuSeconds since its start, user and system
 * @param residentMb now
 * @param peakMb the most that was resident since its start
 * @param descriptors open ones
 * @param diskMb its state directory
 * @param readAndWrittenMb by its calls since its start, sockets and files
 */
record ServerCost(
    double cpuSeconds,
    double residentMb,
    double peakMb,
    long descriptors,
    double diskMb,
    double readAndWrittenMb) {
  private static final double MB = 1 << 20;

  static ServerCost of(long pid, Path state) throws IOException {
    Path process = Path.of("/proc/" + pid);
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      return new ServerCost(
          ProcessFigures.cpuSeconds(pid),
          number(process.resolve("status"), "VmRSS:") / 1024.0,
          number(process.resolve("status"), "VmHWM:") / 1024.0,
          open.count(),
          disk(state) / MB,
          (number(process.resolve("io"), "rchar:") + number(process.resolve("io"), "wchar:")) / MB);
    }
  }

  private static long number(Path file, String name) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow(() -> new IOException(file + " has no line " + name));
  }

  private static long disk(Path state) throws IOException {
    try (Stream<Path> files = Files.walk(state)) {
      return files.mapToLong(ServerCost::size).sum();
    } catch (UncheckedIOException e) {
      return 0; // a file of it was renamed meanwhile
    }
  }

  private static long size(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One line for people. */
  String text() {
    return String.format(
        Locale.ROOT,
        "%.0f MB resident (at most %.0f), %d descriptors, %.1f MB on disk",
        residentMb,
        peakMb,
        descriptors,
        diskMb);
  }
}
