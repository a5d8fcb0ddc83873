package dev.pullcord.base.host;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a program says when a command of it ends by its own fault: one line, and a file. */
public final class BugReport {
  private BugReport() {}

  /**
   * Keeps the stack trace in a file of the temporary directory that only this user may read. A unit
   * of systemd has a temporary directory of its own, which is gone when the unit ends, so there the
   * trace goes to standard error too, and so to the journal.
   *
   * @param program whose fault it is
   * @return one line for standard error; it has the trace itself where no file can be written
   */
  public static String line(String program, Throwable thrown) {
    return line(program, thrown, System.getenv("JOURNAL_STREAM") != null);
  }

  static String line(String program, Throwable thrown, boolean isInJournal) {
    String bug = "this is a bug in %s: %s".formatted(program, onOneLine(thrown.toString()));
    return isInJournal
        ? bug + "; details follow\n" + trace(thrown)
        : bug + "; details are in " + details(program, thrown);
  }

  private static String details(String program, Throwable thrown) {
    try {
      Path file = Files.createTempFile(program + "-bug-", ".txt");
      Files.writeString(file, trace(thrown), StandardCharsets.UTF_8);
      return file.toString();
    } catch (IOException e) {
      return "this line: " + onOneLine(trace(thrown));
    }
  }

  private static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    return trace.toString().strip();
  }

  private static String onOneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
