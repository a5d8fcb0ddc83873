package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.yaml.Problems;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code bundles}: named sets of repository paths, of which no two may claim the same. */
final class BundleReader {
  private static final int PATH_LENGTH = 4096;
  private static final int SEGMENT_LENGTH = 255;
  private static final Map<String, Bundle.OnChange> ON_CHANGE = onChange();

  private final Problems problems;

  /** Which bundle claimed a path first, and on which line; without the trailing slash. */
  private final Map<String, String> claimed = new HashMap<>();

  /** The bundle of a target, and on which line. */
  private final Map<String, String> targets = new LinkedHashMap<>();

  private BundleReader(Problems problems) {
    this.problems = problems;
  }

  static Map<String, Bundle> read(Section root) {
    Map<String, Bundle> bundles = new LinkedHashMap<>();
    if (!root.require("bundles")) {
      return bundles;
    }
    BundleReader reader = new BundleReader(root.problems());
    root.section("bundles")
        .ifPresent(section -> {
          if (section.entries().isEmpty()) {
            section
                .problems()
                .add("REQUIRED", section.mapping(), "no bundle; at least one is expected");
          }
          Limits.count(section);
          section
              .entries()
              .forEach(e -> reader.bundle(section, e).ifPresent(b -> bundles.put(e.key(), b)));
        });
    return bundles;
  }

  private Optional<Bundle> bundle(Section bundles, YamlNode.Entry entry) {
    Limits.isName(entry, "a bundle", problems);
    return bundles.values().section(entry.value()).map(section -> bundle(entry.key(), section));
  }

  private Bundle bundle(String name, Section section) {
    List<String> paths = new ArrayList<>();
    if (section.require("paths")) {
      section
          .node("paths")
          .flatMap(n -> section.values().list(n, Limits.ENTRIES))
          .ifPresent(items -> {
            if (items.isEmpty()) {
              problems.add(
                  "REQUIRED",
                  section.node("paths").orElseThrow(),
                  "no path; at least one directory or file is expected");
            }
            items.forEach(i -> path(name, section, i).ifPresent(paths::add));
          });
    }
    Bundle.OnChange onChange =
        section.choice("on-change", ON_CHANGE).orElse(Bundle.OnChange.RESTART);
    Optional<String> target = section.text("target").filter(t -> isTarget(name, section, t));
    if (target.isPresent() && paths.size() > 1) {
      problems.add(
          "VALUE",
          section.node("target").orElseThrow(),
          "a target is a link to one path, and the bundle has %d; give the path a bundle of its own"
              .formatted(paths.size()));
    }
    section.finish();
    return new Bundle(name, paths, onChange, target.orElse(null));
  }

  private boolean isTarget(String bundle, Section section, String target) {
    YamlNode node = section.node("target").orElseThrow();
    if (!Limits.isNodePath(target)) {
      problems.add(
          "PATH",
          node,
          Quoted.of(target)
              + " is not a place on the node; an absolute path in its plain form is expected,"
              + " like /opt/app/search");
      return false;
    }
    String here = bundle + " (line " + node.position().line() + ")";
    for (Map.Entry<String, String> other : targets.entrySet()) {
      if (isAtOrBelow(target, other.getKey()) || isAtOrBelow(other.getKey(), target)) {
        problems.add(
            "DUPLICATE_PATH",
            node,
            "%s is in the way of %s, the target of %s; one place has one link"
                .formatted(Quoted.of(target), other.getKey(), other.getValue()));
        return false;
      }
    }
    targets.put(target, here);
    return true;
  }

  private static boolean isAtOrBelow(String path, String other) {
    return path.equals(other) || path.startsWith(other + "/");
  }

  private Optional<String> path(String bundle, Section section, YamlNode node) {
    Optional<String> path = section.values().text(node).filter(p -> isInside(p, node, problems));
    path.ifPresent(p -> {
      String key = p.endsWith("/") ? p.substring(0, p.length() - 1) : p;
      String here = bundle + " (line " + node.position().line() + ")";
      String first = claimed.putIfAbsent(key, here);
      if (first != null) {
        problems.add(
            "DUPLICATE_PATH",
            node,
            Quoted.of(p) + (" is already claimed by " + first) + "; one bundle owns a path");
      }
    });
    return path;
  }

  /** Whether a path is a plain one inside the repository; records what is wrong if not. */
  static boolean isInside(String path, YamlNode node, Problems problems) {
    String wrong = wrong(path);
    if (wrong.isEmpty()) {
      return true;
    }
    problems.add(
        "PATH",
        node,
        Quoted.of(path)
            + (" " + wrong)
            + "; a path inside the repository is expected, like search/ or bin/grep");
    return false;
  }

  private static String wrong(String path) {
    if (path.isEmpty()) {
      return "is empty";
    }
    if (path.startsWith("/")) {
      return "is absolute";
    }
    if (path.chars().anyMatch(Character::isISOControl)) {
      return "has a control character";
    }
    if (path.contains("*") || path.contains("?")) {
      return "is a pattern, and patterns are not known here: name the directory";
    }
    String plain = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    List<String> segments = List.of(plain.split("/", -1));
    if (segments.contains("..")) {
      return "leaves the repository (..)";
    }
    if (segments.contains(".") || segments.contains("")) {
      return "is not in its plain form: it has a . or an empty part";
    }
    if (Stream.of(".git", ".pullcord").anyMatch(segments.getFirst()::equalsIgnoreCase)) {
      return "is never part of a release";
    }
    return path.length() > PATH_LENGTH
            || segments.stream().anyMatch(s -> s.length() > SEGMENT_LENGTH)
        ? "is too long"
        : "";
  }

  private static Map<String, Bundle.OnChange> onChange() {
    Map<String, Bundle.OnChange> map = new LinkedHashMap<>();
    map.put("nothing", Bundle.OnChange.NOTHING);
    map.put("restart", Bundle.OnChange.RESTART);
    return map;
  }
}
