package dev.pullcord.server.doctor;

import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.base.text.ByteAmount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the machine has the memory that a server's heap may grow to. */
final class ServerMemoryCheck implements DoctorCheck {
  private static final Pattern LINE = Pattern.compile("(?m)^(MemTotal|MemAvailable): +(\\d+) kB");
  private static final long LEAST_TOTAL = 400L << 20;
  private static final long LEAST_AVAILABLE = 64L << 20;

  private final Path file;

  ServerMemoryCheck() {
    this(Path.of("/proc/meminfo"));
  }

  /**
   * @param file in the form of {@code /proc/meminfo}
   */
  ServerMemoryCheck(Path file) {
    this.file = file;
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Finding look() throws IOException {
    long total = -1;
    long available = -1;
    Matcher lines = LINE.matcher(Files.readString(file));
    while (lines.find()) {
      long bytes = Long.parseLong(lines.group(2)) << 10;
      if (lines.group(1).equals("MemTotal")) {
        total = bytes;
      } else {
        available = bytes;
      }
    }
    String seen = ByteAmount.text(total) + ", " + ByteAmount.text(available) + " of it available";
    if (total < LEAST_TOTAL || available < LEAST_AVAILABLE) {
      return Finding.bad(
          this,
          seen,
          "give the host memory, or end what takes it (ps aux --sort=-rss | head); a server needs"
              + " 512 MiB");
    }
    return Finding.good(this, seen);
  }
}
