package dev.pullcord.protocol.yaml;

import dev.pullcord.protocol.id.Quoted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A mapping with typed getters. A getter answers nothing when the key is not there, and also when
 * its value is wrong, which is then recorded. Every key that a getter asked for is known; {@link
 * #finish()} reports the others. Not for use by several threads.
 */
public final class Section {
  private final YamlNode.Mapping mapping;
  private final Problems problems;
  private final Values values;
  private final Set<String> known = new LinkedHashSet<>();

  Section(YamlNode.Mapping mapping, Problems problems) {
    this.mapping = mapping;
    this.problems = problems;
    this.values = new Values(problems);
  }

  /** The mapping itself, for its position and path. */
  public YamlNode.Mapping mapping() {
    return mapping;
  }

  /** Where this section records what is wrong. */
  public Problems problems() {
    return problems;
  }

  /** Readings for values that the getters here do not cover. */
  public Values values() {
    return values;
  }

  /** The key with its value, whatever it is. */
  public Optional<YamlNode.Entry> entry(String key) {
    known.add(key);
    return mapping.find(key);
  }

  /** The value of a key, whatever it is. */
  public Optional<YamlNode> node(String key) {
    return entry(key).map(YamlNode.Entry::value);
  }

  /** All entries, for a mapping whose keys are names that the user chooses. */
  public List<YamlNode.Entry> entries() {
    mapping.entries().forEach(e -> known.add(e.key()));
    return mapping.entries();
  }

  /** Records a problem for each of these keys that is not there; whether all are. */
  public boolean require(String... keys) {
    boolean all = true;
    for (String key : keys) {
      if (entry(key).isEmpty()) {
        problems.add("REQUIRED", mapping, "the key " + key + " is missing");
        all = false;
      }
    }
    return all;
  }

  /** See {@link Values#text}. */
  public Optional<String> text(String key) {
    return node(key).flatMap(values::text);
  }

  /** See {@link Values#duration}. */
  public Optional<Duration> duration(String key, Duration min, Duration max) {
    return node(key).flatMap(n -> values.duration(n, min, max));
  }

  /** See {@link Values#size}; the answer is in bytes. */
  public Optional<Long> size(String key, long minBytes, long maxBytes) {
    return node(key).flatMap(n -> values.size(n, minBytes, maxBytes));
  }

  /** See {@link Values#integer}. */
  public Optional<Long> integer(String key, long min, long max) {
    return node(key).flatMap(n -> values.integer(n, min, max));
  }

  /** See {@link Values#flag}. */
  public Optional<Boolean> flag(String key) {
    return node(key).flatMap(values::flag);
  }

  /** See {@link Values#choice}; the map's order is the order in the message. */
  public <E> Optional<E> choice(String key, Map<String, E> choices) {
    return node(key).flatMap(n -> values.choice(n, choices));
  }

  /** See {@link Values#texts}. */
  public Optional<List<String>> texts(String key, int max) {
    return node(key).flatMap(n -> values.texts(n, max));
  }

  /** A mapping below this one; call {@link #finish()} on it too. */
  public Optional<Section> section(String key) {
    return node(key).flatMap(values::section);
  }

  /** The mappings of a list of mappings; what is not one is recorded and left out. */
  public List<Section> sections(String key, int max) {
    List<Section> sections = new ArrayList<>();
    node(key)
        .flatMap(n -> values.list(n, max))
        .ifPresent(items -> items.forEach(i -> values.section(i).ifPresent(sections::add)));
    return sections;
  }

  /** Records a problem for every key that no getter asked for. Call it last. */
  public void finish() {
    for (YamlNode.Entry entry : mapping.entries()) {
      if (!known.contains(entry.key())) {
        String near = DidYouMean.of(entry.key(), known);
        problems.add(
            "UNKNOWN_KEY",
            entry.position(),
            entry.path(),
            Quoted.of(entry.key())
                + " is not known here"
                + (near.isEmpty() ? "; known are " + String.join(", ", known) : near));
      }
    }
  }
}
