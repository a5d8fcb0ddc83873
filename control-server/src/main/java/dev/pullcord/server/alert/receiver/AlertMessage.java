package dev.pullcord.server.alert.receiver;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.base.text.TerminalText;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What people are told, before it takes the form of a receiver.
 *
 * @param event its name, {@code node-failed}
 * @param state what that means
 * @param title one line
 * @param ref the branch that it is about; null for none
 * @param subjects nodes by name, a deployment by number
 * @param lines more of it
 * @param next what to do; empty for nothing
 * @param link where more is shown; null for nowhere
 * @param at when it was made
 */
public record AlertMessage(
    String event,
    State state,
    String title,
    @Nullable String ref,
    List<String> subjects,
    List<String> lines,
    String next,
    @Nullable String link,
    Instant at) {
  /** The test message's event. */
  public static final String TEST = "test";

  private static final int LINE_MAX = 400;

  /** A moment as programs write it; people are told which clock it is by. */
  private static final Pattern INSTANT =
      Pattern.compile("\\b(\\d{4}-\\d\\d-\\d\\d)T(\\d\\d:\\d\\d(?::\\d\\d)?)(?:\\.\\d+)?Z\\b");

  /** Takes over texts that others wrote: one line each, without what a terminal would obey. */
  public AlertMessage {
    title = line(title);
    subjects = List.copyOf(subjects);
    lines = lines.stream().map(AlertMessage::line).toList();
    next = line(next);
  }

  private static String line(String text) {
    String times = INSTANT.matcher(text.strip()).replaceAll("$1 $2 UTC");
    return TerminalText.cut(TerminalText.clean(times), LINE_MAX);
  }

  /** What a message means. */
  public enum State {
    /** Something is wrong since now. */
    @JsonProperty("begun")
    BEGUN,
    /** What was told before is over. */
    @JsonProperty("ended")
    ENDED,
    /** Something has happened; nothing is open. */
    @JsonProperty("news")
    NEWS
  }

  /** Reads what waits in the outbox. */
  public static AlertMessage of(NewMessage message) {
    try {
      return PullcordJson.read(message.body(), AlertMessage.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the outbox holds no alert", e);
    }
  }

  /** The whole of it as plain text. */
  String text() {
    return text(UnaryOperator.identity());
  }

  /** The same, with everything but the link written as a channel wants it. */
  String text(UnaryOperator<String> escape) {
    List<String> all = new ArrayList<>();
    all.add(escape.apply(title));
    lines.forEach(l -> all.add(escape.apply(l)));
    if (!next.isEmpty()) {
      all.add(escape.apply("Next: " + next));
    }
    if (link != null) {
      all.add(link);
    }
    return String.join("\n", all);
  }
}
