package dev.pullcord.cli.command.fleet;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads from a line of a log when it was written, so that lines of several logs can be sorted. A
 * line that does not say belongs to the one before it of the same log, and no line comes before
 * that.
 */
final class LogTimes {
  private static final int LOOKED_AT = 64;
  private static final Pattern TIME =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)[T ](\\d\\d:\\d\\d:\\d\\d)(?:[.,](\\d{1,9}))?");

  private final Map<Object, String> last = new HashMap<>();

  /** A text that sorts as the times do. */
  String of(Object log, String line) {
    String before = last.getOrDefault(log, "");
    Matcher matcher = TIME.matcher(line.substring(0, Math.min(LOOKED_AT, line.length())));
    String fraction = matcher.find() ? matcher.group(3) : null;
    String said =
        matcher.hasMatch()
            ? matcher.group(1) + matcher.group(2) + "." + (fraction == null ? "" : fraction)
            : "";
    String time = said.compareTo(before) > 0 ? said : before;
    last.put(log, time);
    return time;
  }
}
