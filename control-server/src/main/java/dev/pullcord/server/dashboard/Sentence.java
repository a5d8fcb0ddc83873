package dev.pullcord.server.dashboard;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A sentence that programs wrote, with its times as people say them: {@code draining pid 12 since
 * 2026-05-04T10:00:00Z} becomes {@code draining pid 12 for 4m}, kept fresh by the page.
 *
 * @param parts in order; together they are the sentence
 */
public record Sentence(List<Part> parts) {
  private static final Pattern TIME =
      Pattern.compile(
          "(?:\\b(since|at|until) )?(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?Z)");

  /** Copies. */
  public Sentence {
    parts = List.copyOf(parts);
  }

  /**
   * A stretch of it.
   *
   * @param text as it was written; of a time, the word before it
   * @param at the time; null for text
   */
  public record Part(String text, @Nullable Moment at) {
    /** Which way the page counts. */
    public String age() {
      return switch (text) {
        case "since" -> "for";
        case "until" -> "until";
        default -> "ago";
      };
    }

    /** The time, as of now. */
    public String words(Instant now) {
      Moment moment = at;
      if (moment == null) {
        return text;
      }
      return switch (text) {
        case "since" -> moment.lasting(now);
        case "until" -> moment.left(now);
        default -> moment.ago(now);
      };
    }
  }

  /** Finds the times in it. */
  public static Sentence of(String text) {
    List<Part> parts = new ArrayList<>();
    Matcher times = TIME.matcher(text);
    int from = 0;
    while (times.find()) {
      Moment at = moment(times.group(2));
      if (at != null) {
        if (times.start() > from) {
          parts.add(new Part(text.substring(from, times.start()), null));
        }
        String word = times.group(1);
        parts.add(new Part(word == null ? "" : word, at));
        from = times.end();
      }
    }
    if (from < text.length()) {
      parts.add(new Part(text.substring(from), null));
    }
    return new Sentence(parts);
  }

  private static @Nullable Moment moment(String iso) {
    try {
      return new Moment(Instant.parse(iso));
    } catch (DateTimeException _) {
      return null;
    }
  }
}
