package dev.pullcord.protocol.unit;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A sentence that programs wrote, taken apart at its times, so that it can be said as people say
 * it: {@code draining pid 12 since 2026-05-04T10:00:00Z} becomes {@code draining pid 12 for 4m 2s}.
 *
 * @param parts in order; together they are the sentence
 */
public record SpokenTimes(List<Part> parts) {
  private static final Pattern TIME =
      Pattern.compile(
          "(?:\\b(since|at|until) )?(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?Z)");
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Copies. */
  public SpokenTimes {
    parts = List.copyOf(parts);
  }

  /**
   * A stretch of it.
   *
   * @param text as it was written; of a time, the word before it: since, at, until or nothing
   * @param at the time; null for text
   */
  public record Part(String text, @Nullable Instant at) {}

  /** Finds the times in it. */
  public static SpokenTimes of(String text) {
    List<Part> parts = new ArrayList<>();
    Matcher times = TIME.matcher(text);
    int from = 0;
    while (times.find()) {
      Instant at = instant(times.group(2));
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
    return new SpokenTimes(parts);
  }

  /**
   * The sentence for who reads it now: {@code for 4m 2s}, {@code 4m 2s ago}. A time without a word
   * before it may be anybody's, and stays a moment.
   */
  public String ages(Instant now) {
    return said((word, at) -> age(word, at, now));
  }

  /** The sentence for who may read it later: {@code since 2026-05-04 10:00 UTC}. */
  public String moments() {
    return said((word, at) -> (word.isEmpty() ? "" : word + " ") + moment(at));
  }

  /** The same sentence with other times, as programs write it. */
  public String moved(UnaryOperator<Instant> to) {
    return said((word, at) -> (word.isEmpty() ? "" : word + " ") + to.apply(at));
  }

  /** {@code 2026-05-04 10:00 UTC}. */
  public static String moment(Instant at) {
    return MINUTE.format(at);
  }

  private String said(BiFunction<String, Instant, String> time) {
    StringBuilder said = new StringBuilder();
    for (Part part : parts) {
      Instant at = part.at();
      said.append(at == null ? part.text() : time.apply(part.text(), at));
    }
    return said.toString();
  }

  private static String age(String word, Instant at, Instant now) {
    boolean ahead = at.isAfter(now);
    // Nobody reads an age in tenths of a second.
    long seconds = Math.abs(Duration.between(at, now).toMillis()) / 1000;
    String human = seconds < 10 ? seconds + "s" : Durations.human(Duration.ofSeconds(seconds));
    return switch (word) {
      case "since" -> "for " + (ahead ? "0s" : human);
      case "until" -> ahead ? "for " + human + " more" : "until now";
      case "at" -> ahead ? "in " + human : human + " ago";
      default -> moment(at);
    };
  }

  private static @Nullable Instant instant(String iso) {
    try {
      return Instant.parse(iso);
    } catch (DateTimeException _) {
      return null;
    }
  }
}
