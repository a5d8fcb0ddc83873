package dev.pullcord.testkit;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A terminal that is none: keeps what a program writes to its two streams, for a test to read. */
public final class CapturingConsole {
  private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(outBytes, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(errBytes, true, StandardCharsets.UTF_8);

  /** Where the program under test writes its output. */
  public PrintStream out() {
    return out;
  }

  /** Where the program under test writes its errors. */
  public PrintStream err() {
    return err;
  }

  /** All output so far. */
  public String outText() {
    return outBytes.toString(StandardCharsets.UTF_8);
  }

  /** All errors so far. */
  public String errText() {
    return errBytes.toString(StandardCharsets.UTF_8);
  }

  /** The lines of the output so far. */
  public List<String> outLines() {
    return outText().lines().toList();
  }

  /** Forgets what was written, so that the next step of a test starts with an empty screen. */
  public void clear() {
    outBytes.reset();
    errBytes.reset();
  }
}
