package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.action.ActionSpec;
import dev.pullcord.protocol.manifest.action.ParameterSpec;
import dev.pullcord.protocol.manifest.action.ValuePattern;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code actions}. */
final class ActionReader {
  private ActionReader() {}

  static Map<String, ActionSpec> read(Section root) {
    Map<String, ActionSpec> actions = new LinkedHashMap<>();
    root.section("actions")
        .ifPresent(section -> {
          Limits.count(section);
          for (YamlNode.Entry entry : section.entries()) {
            boolean named = Limits.isName(entry, "an action", root.problems());
            Optional<ActionSpec> action =
                section.values().section(entry.value()).flatMap(s -> action(entry.key(), s));
            if (named) {
              action.ifPresent(spec -> actions.put(entry.key(), spec));
            }
          }
        });
    return actions;
  }

  private static Optional<ActionSpec> action(String name, Section section) {
    section.require("run");
    Optional<List<String>> run = CommandReader.argv(section, "run");
    Duration timeout =
        section
            .duration("timeout", Limits.TIME_MIN, Limits.TIME_LIMIT_MAX)
            .orElse(ActionSpec.TIMEOUT);
    Map<String, ParameterSpec> params = new LinkedHashMap<>();
    Set<String> names = new HashSet<>();
    section.section("params").ifPresent(all -> parameters(all, params, names));
    section.finish();
    run.ifPresent(argv -> places(section, argv, names));
    return run.map(argv -> new ActionSpec(name, argv, timeout, params));
  }

  private static void parameters(
      Section section, Map<String, ParameterSpec> params, Set<String> names) {
    Limits.count(section);
    for (YamlNode.Entry entry : section.entries()) {
      names.add(entry.key());
      boolean named = Limits.isName(entry, "a parameter", section.problems());
      Optional<ParameterSpec> spec =
          section.values().section(entry.value()).flatMap(ActionReader::parameter);
      if (named) {
        spec.ifPresent(s -> params.put(entry.key(), s));
      }
    }
  }

  private static Optional<ParameterSpec> parameter(Section section) {
    section.require("pattern");
    Optional<ValuePattern> pattern =
        section.text("pattern").flatMap(text -> pattern(section, text));
    Optional<String> preset = section.text("default");
    section.finish();
    Optional<ParameterSpec> spec = pattern.map(p -> new ParameterSpec(p, preset.orElse(null)));
    if (spec.isPresent() && preset.isPresent() && !spec.get().takes(preset.get())) {
      section
          .problems()
          .add(
              "VALUE",
              section.node("default").orElseThrow(),
              Quoted.of(preset.get()) + " does not match the pattern " + spec.get().pattern());
    }
    return spec;
  }

  private static Optional<ValuePattern> pattern(Section section, String text) {
    try {
      return Optional.of(ValuePattern.of(text));
    } catch (IllegalArgumentException e) {
      section
          .problems()
          .add("VALUE", section.node("pattern").orElseThrow(), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Each place has its parameter and each parameter its place, and the program has neither. */
  private static void places(Section section, List<String> argv, Set<String> names) {
    List<YamlNode> items =
        section
            .node("run")
            .filter(YamlNode.Sequence.class::isInstance)
            .map(node -> ((YamlNode.Sequence) node).items())
            .orElse(List.of());
    Set<String> unused = new HashSet<>(names);
    for (int i = 0; i < argv.size(); i++) {
      for (String place : ActionSpec.places(argv.get(i))) {
        unused.remove(place);
        if (i == 0) {
          section
              .problems()
              .add(
                  "COMMAND",
                  items.get(i),
                  "{" + place + "} in the program's name; only arguments take parameters");
        } else if (!names.contains(place)) {
          section
              .problems()
              .add(
                  "COMMAND",
                  items.get(i),
                  "{"
                      + place
                      + "} has no parameter; "
                      + (names.isEmpty()
                          ? "add it under params"
                          : "there is " + String.join(", ", names.stream().sorted().toList())));
        }
      }
    }
    for (String name : unused.stream().sorted().toList()) {
      section
          .problems()
          .add(
              "COMMAND",
              section.node("params").orElseThrow(),
              "no argument has {" + name + "}; put it into run, or take the parameter out");
    }
  }
}
