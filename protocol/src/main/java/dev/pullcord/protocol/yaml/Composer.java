package dev.pullcord.protocol.yaml;

import dev.pullcord.protocol.id.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/**
 * Makes nodes out of parser events. What YAML can do and our files must not (aliases, tags, deep
 * nesting, several documents, repeated keys) is a problem each; reading goes on where it can. At
 * the depth limit it stops for good, because the scanner is slow on deeper input.
 */
final class Composer {
  static final int DEPTH_LIMIT = 20;
  private static final Pattern SIMPLE_KEY = Pattern.compile("[A-Za-z0-9_-]{1,63}");

  private final Iterator<Event> events;
  private final Problems problems;
  private boolean stopped;

  Composer(Iterator<Event> events, Problems problems) {
    this.events = events;
    this.problems = problems;
  }

  /** The first document's root; nothing when there is none or reading had to stop. */
  Optional<YamlNode> compose() {
    Optional<YamlNode> root = Optional.empty();
    while (!stopped && events.hasNext()) {
      if (!(events.next() instanceof DocumentStartEvent start)) {
        continue;
      }
      if (root.isPresent()) {
        problems.add(
            "MULTI_DOCUMENT",
            position(start),
            "",
            "a second document begins here (---); one document is expected");
        return root;
      }
      if (start.getSpecVersion().isPresent() || !start.getTags().isEmpty()) {
        problems.add("SYNTAX", position(start), "", "YAML directives (%) are not allowed");
      }
      root = Optional.of(node(events.next(), "", 0));
    }
    return stopped ? Optional.empty() : root;
  }

  private YamlNode node(Event event, String path, int depth) {
    Position position = position(event);
    if (event instanceof AliasEvent alias) {
      problems.add(
          "ALIAS",
          position,
          path,
          Quoted.of("*" + alias.getAlias()) + ": aliases are not allowed; write the value out");
      return new YamlNode.Broken(position, path);
    }
    boolean tagged = refuseAnchorAndTag((NodeEvent) event, path);
    if (event instanceof ScalarEvent scalar) {
      return tagged
          ? new YamlNode.Broken(position, path)
          : new YamlNode.Scalar(position, path, scalar.getValue(), scalar.isPlain());
    }
    if (depth == DEPTH_LIMIT) {
      problems.add("DEPTH", position, "", "nested deeper than " + DEPTH_LIMIT + " levels");
      stopped = true;
      return new YamlNode.Broken(position, path);
    }
    return event instanceof MappingStartEvent
        ? mapping(position, path, depth)
        : sequence(position, path, depth);
  }

  private YamlNode sequence(Position position, String path, int depth) {
    List<YamlNode> items = new ArrayList<>();
    while (!stopped) {
      Event event = events.next();
      if (event.getEventId() == Event.ID.SequenceEnd) {
        break;
      }
      items.add(node(event, path + "[" + items.size() + "]", depth + 1));
    }
    return new YamlNode.Sequence(position, path, items);
  }

  private YamlNode mapping(Position position, String path, int depth) {
    List<YamlNode.Entry> entries = new ArrayList<>();
    Map<String, Position> seen = new HashMap<>();
    while (!stopped) {
      Event event = events.next();
      if (event.getEventId() == Event.ID.MappingEnd) {
        break;
      }
      YamlNode key = node(event, path, depth + 1);
      if (stopped) {
        break;
      }
      String text = key instanceof YamlNode.Scalar scalar ? scalar.text() : "?";
      String valuePath = join(path, text);
      YamlNode value = node(events.next(), valuePath, depth + 1);
      if (!(key instanceof YamlNode.Scalar)) {
        if (!(key instanceof YamlNode.Broken)) {
          problems.add("TYPE", key, key.shown() + " cannot be a key; a name is expected");
        }
        continue;
      }
      Position first = seen.putIfAbsent(text, key.position());
      if (first == null) {
        entries.add(new YamlNode.Entry(key.position(), valuePath, text, value));
      } else {
        problems.add(
            "DUPLICATE_KEY",
            key.position(),
            valuePath,
            Quoted.of(text)
                + (" is written twice, on line " + first.line())
                + (" and on line " + key.position().line() + "; once is expected"));
      }
    }
    return new YamlNode.Mapping(position, path, entries);
  }

  /** Whether there was a tag, so that the value cannot be trusted to be what it looks like. */
  private boolean refuseAnchorAndTag(NodeEvent event, String path) {
    event
        .getAnchor()
        .map(Anchor::getValue)
        .ifPresent(anchor ->
            problems.add(
                "ALIAS",
                position(event),
                path,
                Quoted.of("&" + anchor) + ": anchors are not allowed"));
    Optional<String> tag =
        event instanceof ScalarEvent scalar
            ? scalar.getTag()
            : ((CollectionStartEvent) event).getTag();
    tag.ifPresent(t ->
        problems.add(
            "TAG",
            position(event),
            path,
            "the tag "
                + Quoted.of(t.replace("tag:yaml.org,2002:", "!!"))
                + " is not allowed; write the value without it"));
    return tag.isPresent();
  }

  static String join(String path, String key) {
    String piece = SIMPLE_KEY.matcher(key).matches() ? key : Quoted.of(key);
    return path.isEmpty() ? piece : path + "." + piece;
  }

  private static Position position(Event event) {
    return event
        .getStartMark()
        .map(m -> new Position(m.getLine() + 1, m.getColumn() + 1))
        .orElse(Position.FILE);
  }
}
