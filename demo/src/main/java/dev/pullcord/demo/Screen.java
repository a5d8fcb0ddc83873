package dev.pullcord.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * What the demo prints: headings, commands, their output set in, and checks. Colour on a terminal.
 */
final class Screen {
  private final PrintStream out;
  private final boolean colour;

  Screen(PrintStream out, boolean colour) {
    this.out = out;
    this.colour = colour;
  }

  void heading(String text) {
    out.println();
    out.println(styled("1", text));
  }

  void line(String text) {
    out.println(text.isEmpty() ? "" : "  " + text);
  }

  void command(String text) {
    out.println("  " + styled("1", "$ " + text));
  }

  /** A line that another program printed. */
  void output(String text) {
    out.println("  " + styled("2", text));
  }

  void good(String text) {
    out.println("  " + styled("32", "✓") + " " + text);
  }

  void bad(String text) {
    out.println("  " + styled("31", "✗ " + text));
  }

  static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
  }

  private String styled(String code, String text) {
    return colour ? "\033[" + code + "m" + text + "\033[0m" : text;
  }
}
