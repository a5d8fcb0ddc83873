package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.unit.SpokenTimes;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A sentence that programs wrote, with its times as people say them: {@code draining pid 12 since
 * 2026-05-04T10:00:00Z} becomes {@code draining pid 12 for 4m}, kept fresh by the page. An end that
 * was written to the minute, for readers of any time, is said so too.
 *
 * @param parts in order; together they are the sentence
 */
public record Sentence(List<Part> parts) {
  private static final Pattern END =
      Pattern.compile("\\buntil (\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2} UTC)");
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT);

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
    for (SpokenTimes.Part part : SpokenTimes.of(text).parts()) {
      Instant at = part.at();
      if (at == null) {
        ends(part.text(), parts);
      } else {
        parts.add(new Part(part.text(), new Moment(at)));
      }
    }
    return new Sentence(parts);
  }

  /** Whether it says when something ends, so that nobody has to say it beside it. */
  public boolean ends() {
    return parts.stream().anyMatch(p -> p.at() != null && p.text().equals("until"));
  }

  private static void ends(String text, List<Part> parts) {
    Matcher times = END.matcher(text);
    int from = 0;
    while (times.find()) {
      Instant at = minute(times.group(1));
      if (at != null) {
        if (times.start() > from) {
          parts.add(new Part(text.substring(from, times.start()), null));
        }
        parts.add(new Part("until", new Moment(at)));
        from = times.end();
      }
    }
    if (from < text.length()) {
      parts.add(new Part(text.substring(from), null));
    }
  }

  private static @Nullable Instant minute(String written) {
    try {
      return LocalDateTime.parse(written, MINUTE).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException _) {
      return null;
    }
  }
}
