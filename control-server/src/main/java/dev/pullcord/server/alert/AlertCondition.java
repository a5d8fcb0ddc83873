package dev.pullcord.server.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something that is so at this moment.
 *
 * @param event what it is
 * @param subject what it is about: a node, the number of a deployment
 * @param opens whether it is told; one that does not only keeps open what was told before, because
 *     nobody knows yet how that ends
 * @param ref the branch that it is about; null for none
 * @param labels those of each node that it is about; empty where it is about none
 * @param since when it began
 * @param patience how long it may last untold, where that is not the rule's to say; null where it
 *     is
 * @param words how it is told
 */
public record AlertCondition(
    AlertEvent event,
    String subject,
    boolean opens,
    @Nullable String ref,
    List<Map<String, String>> labels,
    Instant since,
    @Nullable Duration patience,
    Words words) {
  /** Copies. */
  public AlertCondition {
    labels = List.copyOf(labels);
  }

  /** The same with a patience of its own. */
  public AlertCondition lasting(@Nullable Duration untold) {
    return new AlertCondition(event, subject, opens, ref, labels, since, untold, words);
  }

  /**
   * How something is told.
   *
   * @param title one line
   * @param many what is said of several, after how many they are
   * @param reason why; a part of the title where it is one node
   * @param lines more of it
   * @param next what to do
   * @param link where more is shown; null for nowhere
   */
  public record Words(
      String title,
      String many,
      String reason,
      List<String> lines,
      String next,
      @Nullable String link) {
    /** Copies. */
    public Words {
      lines = List.copyOf(lines);
    }
  }

  /**
   * What is equal in all that are told together. Numbers and the node's own name do not count, so
   * that "again in 8 s" and "again in 16 s" are one.
   */
  String cause() {
    String text =
        event.ofNodes()
            ? ref + " " + words.reason().replaceAll(own(), "@").replaceAll("[0-9]+", "#")
            : words.title();
    return event.word() + " " + text;
  }

  /** What is equal in all that one look tells together: of refused commits, however many. */
  String group() {
    return event == AlertEvent.COMMIT_REFUSED ? event.word() + " " + words.many() : cause();
  }

  private String own() {
    return "(?<![\\w-])" + Pattern.quote(subject) + "(?![\\w-])";
  }
}
