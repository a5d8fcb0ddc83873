package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.unit.SpokenTimes;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sentence that programs wrote, with its times as people say them: {@code draining pid 12 since
 * 2026-05-04T10:00:00Z} becomes {@code draining pid 12 for 4m}, kept fresh by the page.
 *
 * @param parts in order; together they are the sentence
 */
public record Sentence(List<Part> parts) {
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
    return new Sentence(SpokenTimes.of(text).parts().stream().map(Sentence::part).toList());
  }

  private static Part part(SpokenTimes.Part part) {
    Instant at = part.at();
    return new Part(part.text(), at == null ? null : new Moment(at));
  }
}
