package dev.pullcord.base.host;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Words a fault of the program itself, and keeps the stack trace where its user may read it. */
public final class BugReport {
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private BugReport() {}

  /**
   * Keeps the stack trace in a file of the temporary directory that only this user may read. A unit
   * of systemd has a temporary directory of its own, which is gone when the unit ends: where
   * standard error is the journal, the trace goes there instead.
   *
   * @param program whose fault it is
   * @return what to print on standard error: one line, and below it the trace for the journal; the
   *     line has the trace itself where no file can be written
   */
  public static String text(String program, Throwable thrown) {
    return text(program, thrown, isJournal(System.getenv().get("JOURNAL_STREAM"), STANDARD_ERROR));
  }

  /**
   * Whether a stream is the journal's. Children have the variable too, with other streams, so
   * systemd.exec(5) says to compare.
   *
   * @param journal device and inode with a colon between; null where systemd gave none
   */
  static boolean isJournal(@Nullable String journal, Path stream) {
    try {
      return journal != null
          && journal.equals(
              Files.getAttribute(stream, "unix:dev")
                  + ":"
                  + Files.getAttribute(stream, "unix:ino"));
    } catch (IOException _) {
      return false;
    }
  }

  static String text(String program, Throwable thrown, boolean isInJournal) {
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
