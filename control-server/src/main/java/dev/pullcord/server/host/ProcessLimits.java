package dev.pullcord.server.host;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What the machine allows this process. */
public final class ProcessLimits {
  private static final long DESCRIPTORS_UNKNOWN = 1024;

  private ProcessLimits() {}

  /** How many files and connections may be open. */
  public static long descriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : DESCRIPTORS_UNKNOWN;
  }

  /** How many are. */
  public static long descriptorsOpen() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : -1;
  }

  /** How large the heap may become. */
  public static long heapBytes() {
    return Runtime.getRuntime().maxMemory();
  }
}
