package dev.pullcord.protocol.yaml;

import java.util.ArrayList;
import java.util.List;

/** Lays one mapping over another: maps merge deep, lists and scalars replace. */
public final class Merge {
  private Merge() {}

  /** The result stands where the upper one stands; what is of the lower one keeps its place. */
  public static YamlNode.Mapping over(YamlNode.Mapping lower, YamlNode.Mapping upper) {
    List<YamlNode.Entry> entries = new ArrayList<>();
    for (YamlNode.Entry below : lower.entries()) {
      entries.add(upper.find(below.key()).map(above -> over(below, above)).orElse(below));
    }
    upper.entries().stream().filter(e -> lower.find(e.key()).isEmpty()).forEach(entries::add);
    return new YamlNode.Mapping(upper.position(), upper.path(), entries);
  }

  /** Without that key. */
  public static YamlNode.Mapping without(YamlNode.Mapping mapping, String key) {
    return new YamlNode.Mapping(
        mapping.position(),
        mapping.path(),
        mapping.entries().stream().filter(e -> !e.key().equals(key)).toList());
  }

  /** With another value of a key that is there. */
  public static YamlNode.Mapping with(YamlNode.Mapping mapping, String key, YamlNode value) {
    return new YamlNode.Mapping(
        mapping.position(),
        mapping.path(),
        mapping.entries().stream()
            .map(e ->
                e.key().equals(key)
                    ? new YamlNode.Entry(e.position(), e.path(), e.key(), value)
                    : e)
            .toList());
  }

  private static YamlNode.Entry over(YamlNode.Entry below, YamlNode.Entry above) {
    return below.value() instanceof YamlNode.Mapping lower
            && above.value() instanceof YamlNode.Mapping upper
        ? new YamlNode.Entry(above.position(), above.path(), above.key(), over(lower, upper))
        : above;
  }
}
