package dev.pullcord.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the demo prints: headings, commands, their output set in, and checks. Colour on a terminal.
 */
public final class DemoOutput {
  private static final String LAUNCHER = "build/bin/pullcord";

  private final PrintStream out;
  private final boolean colour;
  private volatile @Nullable Thread speaker;

  DemoOutput(PrintStream out, boolean colour) {
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

  /** A heading, with a line above it. */
  public void heading(String text) {
    print("");
    print(styled("1", text));
  }

  /** A line of ours. */
  public void line(String text) {
    print(text.isEmpty() ? "" : "  " + text);
  }

  /** A command as it could be typed. */
  public void command(String text) {
    print("  " + styled("1", "$ " + text));
  }

  /** A line that another program printed. */
  public void output(String text) {
    print("  " + styled("2", text));
  }

  /** A claim that held. */
  public void good(String text) {
    print("  " + styled("32", "✓") + " " + text);
  }

  /** A claim that did not. */
  public void bad(String text) {
    print("  " + styled("31", "✗ " + text));
  }

  /** What to do with a repository of one's own; the last that is said. */
  void nextStep() {
    heading("Next: your own repository");
    command(LAUNCHER + " init PATH/TO/YOUR/REPOSITORY");
    line("It looks for a Celery app, requirements and directories, and writes a pullcord.yaml");
    line("that says what each line is for. docs/start.md goes on from there.");
  }

  static String seconds(Duration took) {
    return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
  }

  private String styled(String code, String text) {
    return colour ? "\033[" + code + "m" + text + "\033[0m" : text;
  }
}
