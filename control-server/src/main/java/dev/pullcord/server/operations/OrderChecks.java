package dev.pullcord.server.operations;

import dev.pullcord.git.BranchNames;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.unit.OrderLength;
import dev.pullcord.server.refusal.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks what people ask for; a {@link Refusal} names the field and what was expected. */
public final class OrderChecks {
  private static final Pattern GLOB = Pattern.compile("[a-z0-9.*?-]{1,63}");
  private static final int MAX_BRANCH = 200;
  private static final int MAX_LABELS = 32;
  private static final int MAX_TEXT = 500;

  private OrderChecks() {}

  /** Why somebody does something; the text without spaces around it. */
  public static String reason(@Nullable String reason) {
    String text = reason == null ? "" : reason.strip();
    if (text.isEmpty() || text.length() > MAX_TEXT) {
      throw malformed("reason", "reason: 1 to " + MAX_TEXT + " characters expected");
    }
    if (text.codePoints().anyMatch(Character::isISOControl)) {
      throw malformed("reason", "reason: " + Quoted.of(text) + " has control characters");
    }
    return text;
  }

  static String ref(@Nullable String ref) {
    if (ref == null || ref.isBlank() || ref.length() > 200) {
      throw malformed("ref", "ref: a branch, a tag or a commit expected");
    }
    return ref.strip();
  }

  /** The short name of a branch, whatever git allows: what can be pushed can be asked for. */
  public static String branch(String field, @Nullable String branch) {
    if (branch == null || branch.length() > MAX_BRANCH || !BranchNames.isBranch(branch)) {
      String shown = branch == null ? "nothing" : Quoted.of(branch);
      throw malformed(field, field + ": " + shown + " is not the short name of a branch");
    }
    return branch;
  }

  /** How long an order holds that ends by itself; its field is {@code for}. */
  public static Duration length(@Nullable String text) {
    return duration("for", text, OrderLength.LEAST, OrderLength.MOST);
  }

  public static Duration duration(
      String field, @Nullable String text, Duration least, Duration most) {
    Duration duration;
    try {
      duration = Durations.parse(text == null ? "" : text);
    } catch (IllegalArgumentException e) {
      throw malformed(field, field + ": " + e.getMessage());
    }
    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      throw malformed(
          field,
          field
              + ": "
              + text
              + "; "
              + Durations.format(least)
              + " to "
              + Durations.format(most)
              + " expected");
    }
    return duration;
  }

  static @Nullable String namePattern(@Nullable String glob) {
    if (glob != null && !GLOB.matcher(glob).matches()) {
      throw malformed(
          "namePattern",
          "namePattern: " + Quoted.of(glob) + "; 1 to 63 of a-z 0-9 . - * ? expected");
    }
    return glob;
  }

  static Map<String, String> labels(@Nullable Map<String, String> labels) {
    if (labels == null) {
      return Map.of();
    }
    if (labels.size() > MAX_LABELS) {
      throw malformed("labels", "labels: " + labels.size() + ", at most " + MAX_LABELS);
    }
    labels.forEach((key, value) -> {
      if (!Labels.isName(key)) {
        throw malformed(
            "labels",
            "labels: " + Quoted.of(key) + " is not a label's name: " + Labels.NAME_EXPECTED);
      }
      if (value == null || !Labels.isValue(value)) {
        throw malformed(
            "labels",
            "labels: "
                + Quoted.of(String.valueOf(value))
                + " is not a value of "
                + key
                + ": "
                + Labels.VALUE_EXPECTED);
      }
    });
    return labels;
  }

  /** The labels that a node has after a change of some. */
  static Map<String, String> labels(Map<String, String> before, Requests.Labels change) {
    Map<String, String> set = labels(change.set());
    List<String> remove = change.remove() == null ? List.of() : change.remove();
    if (set.isEmpty() && remove.isEmpty()) {
      throw malformed("labels", "labels: nothing to change; one to set or to remove expected");
    }
    Map<String, String> labels = new TreeMap<>(before);
    for (String key : remove) {
      if (set.containsKey(key)) {
        throw malformed("labels", "labels: " + key + " cannot be both set and removed");
      }
      if (!before.containsKey(key)) {
        throw malformed("labels", "labels: there is no label " + Quoted.of(key) + " to remove");
      }
      labels.remove(key);
    }
    labels.putAll(set);
    return labels(labels);
  }

  static Refusal noSuchNode(NodeName node) {
    return new Refusal(
        Refusal.Kind.NOT_FOUND,
        "NODE_MISSING",
        "there is no node " + node + "; pullcord nodes lists them",
        null);
  }

  public static Refusal malformed(String field, String detail) {
    return new Refusal(Refusal.Kind.MALFORMED, "VALUE", detail, field);
  }
}
