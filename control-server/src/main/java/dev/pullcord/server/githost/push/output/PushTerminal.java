package dev.pullcord.server.githost.push.output;

import dev.pullcord.base.text.TerminalText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * The pusher's terminal. Every line is on its way when {@link #line} returns. What other people
 * wrote may stand in a line: everything that could move a cursor or colour the terminal is escaped.
 * Once the pusher is gone, lines vanish and {@link #open()} says so.
 */
public final class PushTerminal {
  private static final int LINE_MAX = 2000;

  private final OutputStream out;
  private final BooleanSupplier connected;
  private final Pulse pulse;
  private boolean broken;

  /**
   * Over a side band.
   *
   * @param out where messages go
   * @param connected whether what was written so far could be written
   */
  public PushTerminal(OutputStream out, BooleanSupplier connected) {
    this(out, connected, () -> {});
  }

  /** The same, with a pulse. */
  public PushTerminal(OutputStream out, BooleanSupplier connected, Pulse pulse) {
    this.out = out;
    this.connected = connected;
    this.pulse = pulse;
  }

  /** Writes something that nobody sees, so that it is known whether the pusher is there. */
  @FunctionalInterface
  public interface Pulse {
    /** Writes it. */
    void write() throws IOException;
  }

  /** Finds out, at the latest with the next one, whether the pusher is gone. */
  public void pulse() {
    try {
      pulse.write();
    } catch (IOException _) {
      broken = true;
    }
  }

  public void line(String text) {
    try {
      out.write((clean(text) + "\n").getBytes(StandardCharsets.UTF_8));
      // Without it JGit keeps all lines until the push is over.
      out.flush();
    } catch (IOException _) {
      broken = true;
    }
  }

  public boolean open() {
    return !broken && connected.getAsBoolean();
  }

  private static String clean(String text) {
    int end = text.offsetByCodePoints(0, Math.min(LINE_MAX, text.codePointCount(0, text.length())));
    return TerminalText.clean(text.substring(0, end)).stripTrailing();
  }
}
