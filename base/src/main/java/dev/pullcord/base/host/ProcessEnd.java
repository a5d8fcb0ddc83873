package dev.pullcord.base.host;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends the process when a part of it has died, so that whoever supervises it starts a new one. A
 * process that goes on without one of its threads answers, looks well, and does nothing.
 *
 * <p>It says in one line which thread died and of what. It works when the heap is full: the line is
 * put together in a buffer that was made at the start, and a thread that was started then ends the
 * process also when the line cannot be written. Before {@link #arm} only the line is written, which
 * is how tests run.
 */
public final class ProcessEnd {
  private static final int LINE_MAX_BYTES = 2048;
  private static final long WRITING_MAX_NANOS = 2_000_000_000L;
  private static final byte[] UNARMED = ascii("a thread died, and nobody is told: ");
  private static final AtomicBoolean ARMED = new AtomicBoolean();
  private static volatile @Nullable ProcessEnd armed;

  private final byte[] line = new byte[LINE_MAX_BYTES];
  private final String program;
  private final int code;
  private final OutputStream out;
  private final IntConsumer halt;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final Thread last;
  private int length;

  ProcessEnd(String program, int code, OutputStream out, IntConsumer halt) {
    this.program = program;
    this.code = code;
    this.out = out;
    this.halt = halt;
    this.last = Thread.ofPlatform().name("process-end").daemon().unstarted(this::haltLate);
    last.start();
  }

  /**
   * From now on the death of a thread is the end of the process; a second call does nothing.
   *
   * @param program the name that the line begins with
   * @param code the exit code
   */
  public static void arm(String program, int code) {
    if (ARMED.compareAndSet(false, true)) {
      armed =
          new ProcessEnd(
              program,
              code,
              new FileOutputStream(FileDescriptor.err),
              status -> Runtime.getRuntime().halt(status));
      Thread.setDefaultUncaughtExceptionHandler(ProcessEnd::because);
    }
  }

  /** Ends the process, since this thread died of that. */
  public static void because(Thread thread, Throwable cause) {
    ProcessEnd end = armed;
    if (end != null) {
      end.end("thread ", thread.getName(), cause);
      return;
    }
    try {
      System.err.write(UNARMED);
      cause.printStackTrace();
    } catch (IOException | RuntimeException _) {
      // There is nobody left to tell.
    }
  }

  /** Ends the process, since this part of it does not do its work any more. */
  public static void because(String part, Throwable cause) {
    ProcessEnd end = armed;
    if (end != null) {
      end.end("", part, cause);
    }
  }

  /**
   * Ends the process if the heap or the virtual machine failed a piece of work that would otherwise
   * fail alone, a request for instance: other threads may have been hit too, and some library may
   * have kept it to itself. A stack that overflowed is the fault of that one piece of work.
   */
  public static void ifBroken(Throwable thrown) {
    int depth = 0;
    for (Throwable t = thrown; t != null && depth < 20; t = t.getCause(), depth++) {
      if (t instanceof VirtualMachineError && !(t instanceof StackOverflowError)) {
        because(Thread.currentThread(), t);
        return;
      }
    }
  }

  void end(String what, String name, Throwable cause) {
    if (!begun.compareAndSet(false, true)) {
      return;
    }
    LockSupport.unpark(last);
    try {
      sayWhy(what, name, cause);
    } catch (Throwable _) {
      // What could be said was said.
    }
    halt.accept(code);
  }

  private void sayWhy(String what, String name, Throwable cause) throws IOException {
    put(program);
    put(": ");
    put(what);
    put(name);
    put(" failed with ");
    put(cause.getClass().getName());
    String message = cause.getMessage();
    if (message != null) {
      put(": ");
      put(message);
    }
    put("; the process ends");
    line[length++] = '\n';
    out.write(line, 0, length);
    // Only for whoever mends it; there may be no memory left for it.
    cause.printStackTrace();
  }

  /** Without making anything: letters outside of ASCII and line ends become question marks. */
  private void put(String text) {
    for (int i = 0; i < text.length() && length < LINE_MAX_BYTES - 1; i++) {
      char c = text.charAt(i);
      line[length++] = (byte) (c >= ' ' && c < 127 ? c : '?');
    }
  }

  private void haltLate() {
    while (!begun.get()) {
      LockSupport.park(this);
    }
    LockSupport.parkNanos(this, WRITING_MAX_NANOS);
    halt.accept(code);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
