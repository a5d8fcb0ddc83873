package dev.pullcord.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the demo prints: headings, commands, their output set in, and checks. Colour on a terminal.
 */
final class Screen {
  private final PrintStream out;
  private final boolean colour;
  private volatile @Nullable Thread speaker;

  Screen(PrintStream out, boolean colour) {
    this.out = out;
    this.colour = colour;
  }

  /** From now on only this thread is heard: after Ctrl-C, the one that ends everything. */
  void giveTo(Thread thread) {
    speaker = thread;
  }

  private void print(String line) {
    Thread allowed = speaker;
    if (allowed == null || allowed.equals(Thread.currentThread())) {
      out.println(line);
    }
  }

  void heading(String text) {
    print("");
    print(styled("1", text));
  }

  void line(String text) {
    print(text.isEmpty() ? "" : "  " + text);
  }

  void command(String text) {
    print("  " + styled("1", "$ " + text));
  }

  /** A line that another program printed. */
  void output(String text) {
    print("  " + styled("2", text));
  }

  void good(String text) {
    print("  " + styled("32", "✓") + " " + text);
  }

  void bad(String text) {
    print("  " + styled("31", "✗ " + text));
  }

  static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
  }

  private String styled(String code, String text) {
    return colour ? "\033[" + code + "m" + text + "\033[0m" : text;
  }
}
