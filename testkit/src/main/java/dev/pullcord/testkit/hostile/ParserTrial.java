package dev.pullcord.testkit.hostile;

import com.sun.management.ThreadMXBean;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Feeds a parser with {@link HostileInputs} and collects what it must not do: throw anything but
 * its own refusals (an {@link Error} least of all), take more than {@link #CPU_NANOS_MAX} of
 * processor time, or allocate more than {@link #BYTES_MAX}.
 *
 * <p>Processor time and allocation are those of the calling thread, so a busy machine changes
 * nothing. What is allocated is an upper bound of what is held at once.
 */
public final class ParserTrial {
  /** Two seconds for one input. */
  public static final long CPU_NANOS_MAX = 2_000_000_000L;

  /** What one input may cost in memory. */
  public static final long BYTES_MAX = 64L << 20;

  private static final int SAMPLE = 1_000;
  private static final int FULL = 20_000;
  private static final int SHOWN_BYTES = 600;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Set<Class<? extends Exception>> refusals;

  /** A parser under trial. */
  @FunctionalInterface
  public interface Parser {
    /** Reads an input to its end, or refuses it by an exception. */
    void read(byte[] input) throws Exception;
  }

  /**
   * A trial.
   *
   * @param refusals what the parser may throw for a bad input, with all that is made of it
   */
  public ParserTrial(Set<Class<? extends Exception>> refusals) {
    this.refusals = Set.copyOf(refusals);
  }

  /** How many inputs a trial is worth here: all with {@code -Dpullcord.full=true}, else some. */
  public static int inputs() {
    return Boolean.getBoolean("pullcord.full") ? FULL : SAMPLE;
  }

  /**
   * What went wrong, one line each with the number of the input; empty when nothing did. What the
   * parser logs meanwhile, some line for each input, is dropped.
   */
  public List<String> run(HostileInputs inputs, int count, Parser parser) {
    PrintStream log = System.err;
    System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    try {
      return harm(inputs, count, parser);
    } finally {
      System.setErr(log);
    }
  }

  private List<String> harm(HostileInputs inputs, int count, Parser parser) {
    List<String> harm = new ArrayList<>();
    for (int n = 0; n < count && harm.size() < 5; n++) {
      byte[] input = inputs.input(n);
      String done = harmOf(input, parser);
      if (done != null) {
        harm.add("input " + n + " (" + input.length + " bytes): " + done + shown(input));
      }
    }
    return harm;
  }

  private @Nullable String harmOf(byte[] input, Parser parser) {
    long bytes = threads.getCurrentThreadAllocatedBytes();
    long cpu = threads.getCurrentThreadCpuTime();
    try {
      parser.read(input);
    } catch (Throwable e) {
      if (refusals.stream().noneMatch(type -> type.isInstance(e))) {
        StackTraceElement[] trace = e.getStackTrace();
        return "threw " + e + (trace.length == 0 ? "" : " at " + trace[0]);
      }
    }
    long cpuTaken = threads.getCurrentThreadCpuTime() - cpu;
    long bytesTaken = threads.getCurrentThreadAllocatedBytes() - bytes;
    if (cpuTaken > CPU_NANOS_MAX) {
      return "took " + cpuTaken / 1_000_000 + " ms of processor time";
    }
    return bytesTaken > BYTES_MAX ? "allocated " + (bytesTaken >> 20) + " MiB" : null;
  }

  private static String shown(byte[] input) {
    byte[] head = java.util.Arrays.copyOf(input, Math.min(input.length, SHOWN_BYTES));
    return "; begins with (base64) " + Base64.getEncoder().encodeToString(head);
  }
}
