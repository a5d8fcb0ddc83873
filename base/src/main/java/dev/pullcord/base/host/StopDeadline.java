package dev.pullcord.base.host;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends the process by force when its orderly end takes too long, and says what held it up. Its
 * thread is started with the process, since it may not be possible later.
 */
public final class StopDeadline {
  private static final int FRAMES_MAX = 12;

  private final String program;
  private final int code;
  private final Duration limit;
  private final Supplier<String> stage;
  private final OutputStream out;
  private final IntConsumer halt;
  private final Thread thread;
  private volatile @Nullable Thread stopping;

  /**
   * A deadline that does not run yet.
   *
   * @param program the name that the line begins with
   * @param code the exit code of an end by force
   * @param limit for the end in order
   * @param stage what is being ended now, for the line
   */
  public StopDeadline(String program, int code, Duration limit, Supplier<String> stage) {
    this(
        program,
        code,
        limit,
        stage,
        new FileOutputStream(FileDescriptor.err),
        status -> Runtime.getRuntime().halt(status));
  }

  StopDeadline(
      String program,
      int code,
      Duration limit,
      Supplier<String> stage,
      OutputStream out,
      IntConsumer halt) {
    this.program = program;
    this.code = code;
    this.limit = limit;
    this.stage = stage;
    this.out = out;
    this.halt = halt;
    this.thread = LastingThreads.start("stop-deadline", this::run);
  }

  /** The end begins, on this thread; from now on the time counts. */
  public void begin() {
    stopping = Thread.currentThread();
    LockSupport.unpark(thread);
  }

  private void run() {
    Thread held = stopping;
    while (held == null) {
      LockSupport.park(this);
      held = stopping;
    }
    long end = System.nanoTime() + limit.toNanos();
    for (long left = limit.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
    // Saying it may be what hangs.
    Thread saying = LastingThreads.start("stop-line", () -> say(line(), out));
    try {
      saying.join(Duration.ofMillis(300));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    halt.accept(code);
  }

  private String line() {
    StringBuilder line = new StringBuilder(program);
    line.append(": not ended after ").append(limit.toSeconds()).append(" s, held up by ");
    line.append(stage.get()).append("; ending by force\n");
    Thread held = stopping;
    StackTraceElement[] frames = held == null ? new StackTraceElement[0] : held.getStackTrace();
    for (int i = 0; i < Math.min(FRAMES_MAX, frames.length); i++) {
      line.append("    at ").append(frames[i]).append('\n');
    }
    return line.toString();
  }

  private static void say(String line, OutputStream out) {
    try {
      out.write(line.getBytes(StandardCharsets.UTF_8));
    } catch (IOException _) {
      // Nobody reads it.
    }
  }
}
