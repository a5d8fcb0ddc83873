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
   * Keeps the stack trace in a file of the temporary directory that only this user may read.
   *
   * @param program whose fault it is
   * @return one line for standard error; it has the trace itself where no file can be written
   */
  public static String line(String program, Throwable thrown) {
    return "this is a bug in %s: %s; details are in %s"
        .formatted(program, onOneLine(thrown.toString()), details(program, thrown));
  }

  private static String details(String program, Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    try {
      Path file = Files.createTempFile(program + "-bug-", ".txt");
      Files.writeString(file, trace.toString(), StandardCharsets.UTF_8);
      return file.toString();
    } catch (IOException e) {
      return "this line: " + onOneLine(trace.toString());
    }
  }

  private static String onOneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
