package dev.pullcord.protocol.yaml;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.unit.Sizes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Typed readings of one value. Each either answers, or records one problem with the value and what
 * was expected, and answers nothing. Nothing is ever turned from one type into another: a number
 * where text is expected must be quoted.
 */
public final class Values {
  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
  private static final Pattern AMOUNT = Pattern.compile("([-+]?)([0-9]+)(ms|s|m|h|d|w|y)?");

  private final Problems problems;

  /** Readings that record to these problems. */
  public Values(Problems problems) {
    this.problems = problems;
  }

  /** Text, quoted or not; what YAML takes for a number, a boolean or nothing is refused. */
  public Optional<String> text(YamlNode node) {
    Optional<YamlNode.Scalar> scalar = scalar(node, "text");
    if (scalar.isEmpty() || scalar.get().kind() == YamlNode.Scalar.Kind.TEXT) {
      return scalar.map(YamlNode.Scalar::text).filter(text -> isWhole(text, node));
    }
    String shown = node.shown();
    problems.add(
        "TYPE",
        node,
        switch (scalar.get().kind()) {
          case NULL -> shown + " stands here; text is expected";
          case BOOLEAN -> shown + " is a boolean; text is expected: quote it, \"" + shown + "\"";
          default -> shown + " is a number; text is expected: quote it, \"" + shown + "\"";
        });
    return Optional.empty();
  }

  /** An escape can make half a surrogate pair, which no program could be given as bytes. */
  private boolean isWhole(String text, YamlNode node) {
    boolean whole = text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE);
    if (!whole) {
      problems.add("TYPE", node, node.shown() + " has half a character; whole text is expected");
    }
    return whole;
  }

  /** A duration like {@code 30s}, within these limits, both included. */
  public Optional<Duration> duration(YamlNode node, Duration min, Duration max) {
    Optional<YamlNode.Scalar> scalar = scalar(node, "a duration like 30s");
    if (scalar.isEmpty()) {
      return Optional.empty();
    }
    String text = scalar.get().text();
    Matcher amount = AMOUNT.matcher(text);
    boolean known = amount.matches();
    boolean negativeOrZero =
        known && (amount.group(1).equals("-") || amount.group(2).matches("0+"));
    boolean far =
        known
            && amount.group(3) != null
            && (amount.group(2).length() > 9 || amount.group(3).matches("[wy]"));
    if ((negativeOrZero && min.isPositive()) || far) {
      return outOfRange(node, Durations.format(min), Durations.format(max), " (ms, s, m, h or d)");
    }
    Duration duration;
    try {
      duration = Durations.parse(text);
    } catch (IllegalArgumentException e) {
      problems.add("TYPE", node, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
    return duration.compareTo(min) < 0 || duration.compareTo(max) > 0
        ? outOfRange(node, Durations.format(min), Durations.format(max), "")
        : Optional.of(duration);
  }

  /** A size in bytes like {@code 64MiB}, within these limits, both included. */
  public Optional<Long> size(YamlNode node, long minBytes, long maxBytes) {
    Optional<YamlNode.Scalar> scalar = scalar(node, "a size like 64MiB");
    if (scalar.isEmpty()) {
      return Optional.empty();
    }
    long bytes;
    try {
      bytes = Sizes.parse(scalar.get().text());
    } catch (IllegalArgumentException e) {
      problems.add("TYPE", node, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
    return bytes < minBytes || bytes > maxBytes
        ? outOfRange(node, Sizes.format(minBytes), Sizes.format(maxBytes), "")
        : Optional.of(bytes);
  }

  /** A whole number in decimal, not quoted, within these limits, both included. */
  public Optional<Long> integer(YamlNode node, long min, long max) {
    Optional<YamlNode.Scalar> scalar = scalar(node, "a whole number");
    if (scalar.isEmpty()) {
      return Optional.empty();
    }
    String text = scalar.get().text();
    if (scalar.get().kind() != YamlNode.Scalar.Kind.INTEGER) {
      problems.add(
          "TYPE",
          node,
          node.shown()
              + " is not a whole number"
              + (WHOLE.matcher(text).matches() ? ": write it without quotes" : "")
              + "; one from "
              + min
              + " to "
              + max
              + " is expected");
      return Optional.empty();
    }
    if (!WHOLE.matcher(text).matches()) {
      if (text.matches("[-+]?[1-9][0-9]*")) {
        return outOfRange(node, Long.toString(min), Long.toString(max), "");
      }
      problems.add(
          "TYPE",
          node,
          node.shown()
              + " can be read in more than one way (octal, hexadecimal); a plain decimal number"
              + " is expected");
      return Optional.empty();
    }
    long value = Long.parseLong(text);
    return value < min || value > max
        ? outOfRange(node, Long.toString(min), Long.toString(max), "")
        : Optional.of(value);
  }

  /** {@code true} or {@code false}, not quoted; {@code yes} and {@code on} are text. */
  public Optional<Boolean> flag(YamlNode node) {
    Optional<YamlNode.Scalar> scalar = scalar(node, "true or false");
    if (scalar.isPresent() && scalar.get().kind() != YamlNode.Scalar.Kind.BOOLEAN) {
      problems.add("TYPE", node, node.shown() + " is not a boolean: true or false is expected");
      return Optional.empty();
    }
    return scalar.map(s -> Boolean.parseBoolean(s.text()));
  }

  /** One of these words. */
  public <E> Optional<E> choice(YamlNode node, Map<String, E> choices) {
    Optional<String> text = text(node);
    Optional<E> chosen = text.flatMap(t -> Optional.ofNullable(choices.get(t)));
    if (text.isPresent() && chosen.isEmpty()) {
      problems.add(
          "VALUE",
          node,
          Quoted.of(text.get())
              + " is not known here; "
              + String.join(", ", choices.keySet())
              + " expected"
              + DidYouMean.of(text.get(), choices.keySet()));
    }
    return chosen;
  }

  /** A list of values, at most so many of them. */
  public Optional<List<YamlNode>> list(YamlNode node, int max) {
    return switch (node) {
      case YamlNode.Broken _ -> Optional.empty();
      case YamlNode.Sequence sequence when sequence.items().size() > max -> {
        problems.add("RANGE", node, sequence.items().size() + " entries; at most " + max);
        yield Optional.empty();
      }
      case YamlNode.Sequence sequence -> Optional.of(sequence.items());
      case YamlNode.Scalar _, YamlNode.Mapping _ -> {
        problems.add("TYPE", node, wrong(node, "a list, [a, b],"));
        yield Optional.empty();
      }
    };
  }

  /** A list of texts; nothing as soon as one of them is not. */
  public Optional<List<String>> texts(YamlNode node, int max) {
    return list(node, max)
        .flatMap(items -> {
          List<String> texts = new ArrayList<>();
          items.forEach(item -> text(item).ifPresent(texts::add));
          return texts.size() == items.size() ? Optional.of(texts) : Optional.empty();
        });
  }

  /** A mapping. */
  public Optional<Section> section(YamlNode node) {
    return switch (node) {
      case YamlNode.Mapping mapping -> Optional.of(new Section(mapping, problems));
      case YamlNode.Broken _ -> Optional.empty();
      case YamlNode.Scalar _, YamlNode.Sequence _ -> {
        problems.add("TYPE", node, wrong(node, "a mapping, {key: value},"));
        yield Optional.empty();
      }
    };
  }

  private Optional<YamlNode.Scalar> scalar(YamlNode node, String expected) {
    return switch (node) {
      case YamlNode.Scalar scalar -> Optional.of(scalar);
      case YamlNode.Broken _ -> Optional.empty();
      case YamlNode.Sequence _, YamlNode.Mapping _ -> {
        problems.add("TYPE", node, wrong(node, expected));
        yield Optional.empty();
      }
    };
  }

  private static String wrong(YamlNode node, String expected) {
    return node.shown() + " stands here; " + expected + " is expected";
  }

  private <T> Optional<T> outOfRange(YamlNode node, String min, String max, String hint) {
    problems.add(
        "RANGE",
        node,
        node.shown() + " is out of range: " + min + " to " + max + " expected" + hint);
    return Optional.empty();
  }
}
