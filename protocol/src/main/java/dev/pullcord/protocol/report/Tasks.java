package dev.pullcord.protocol.report;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that keep a generation busy: of one that drains all of them, of one that works those
 * that have run for a minute. Names and times, never arguments.
 *
 * @param count how many
 * @param oldest some of them, longest running first
 * @param waiting what it holds beside them; null for nothing, or where that is not known
 */
public record Tasks(int count, List<Task> oldest, @Nullable Waiting waiting) {
  /** At most so many are named. */
  public static final int NAMED_MAX = 10;

  private static final DateTimeFormatter MINUTES =
      DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

  /** Copies; more than {@link #NAMED_MAX} are counted and not named. */
  public Tasks {
    oldest = List.copyOf(oldest.subList(0, Math.min(oldest.size(), NAMED_MAX)));
  }

  /**
   * What a worker holds by kind, {@code 2 running, 3 reserved, 4 due until 14:05}.
   *
   * @param zone of the clock of whoever reads it
   */
  public String text(ZoneId zone) {
    StringBuilder text = new StringBuilder(count + " running");
    if (waiting != null) {
      append(text, waiting.reserved(), " reserved");
      append(text, waiting.limited(), " rate-limited");
      append(text, waiting.due(), " due");
      if (waiting.until() != null) {
        text.append(" until ").append(MINUTES.format(waiting.until().atZone(zone)));
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, int number, String what) {
    if (number > 0) {
      text.append(", ").append(number).append(what);
    }
  }

  /**
   * What a worker holds and has not begun.
   *
   * @param reserved tasks that wait for a slot
   * @param limited tasks that wait because of a rate limit
   * @param due tasks that wait for their time
   * @param until when the last of those is due; null when there is none
   */
  public record Waiting(int reserved, int limited, int due, @Nullable Instant until) {}

  /**
   * One.
   *
   * @param name of the task, as the application calls it
   * @param since when it began
   */
  public record Task(String name, Instant since) {}
}
