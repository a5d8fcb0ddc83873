package dev.pullcord.cli.host;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Whether people are at the other end of our streams, and how much they can see. */
public interface Terminal {
  /** Whether somebody can be asked: standard input is a terminal. */
  boolean inputIsTerminal();

  /** Whether standard output may be coloured and redrawn. */
  boolean outputIsTerminal();

  /** Whether standard output goes to another program, which may read it to its end or not. */
  boolean outputIsPipe();

  /**
   * Asks without an echo; null at the end of the input.
   *
   * @throws IOException where what is typed would show; then nothing was asked
   */
  @Nullable String readSecret(String prompt) throws IOException;

  /** Asks for a line; null at the end of the input. */
  @Nullable String readLine(String prompt);

  /**
   * What to do when whoever sits there presses Ctrl-C, or the process is told to end: that, and the
   * process ends.
   *
   * @param exitCode what it ends with
   * @param last the last thing to do; it comes from another thread
   * @return what takes it back
   */
  Guard onInterrupt(int exitCode, Runnable last);

  /**
   * From now on key presses can be read from standard input one by one, and do not show. Ctrl-C
   * stays what it is.
   *
   * @return what gives the terminal back as it was; null where nobody can press keys
   */
  @Nullable Guard readKeys();

  /** How many columns and rows standard output has. */
  Size size();

  /**
   * Takes back what was done to the terminal, or is to be done at Ctrl-C; more than once is fine.
   */
  interface Guard extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * A terminal's size in characters.
   *
   * @param columns at least 20
   * @param rows at least 5
   */
  record Size(int columns, int rows) {
    /** What is taken where nobody says. */
    public static final Size USUAL = new Size(80, 24);

    /** Raises what is too small to draw on. */
    public Size {
      columns = Math.max(20, columns);
      rows = Math.max(5, rows);
    }
  }
}
