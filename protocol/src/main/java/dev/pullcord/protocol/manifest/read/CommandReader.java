package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.yaml.Problems;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads commands: argument lists, never a shell line. */
public final class CommandReader {
  private static final int ARGUMENTS = 256;
  private static final int ARGUMENT_LENGTH = 4096;

  private CommandReader() {}

  /** A list of {@code {run, timeout}} under this key; empty when it is not there. */
  static List<CommandSpec> commands(Section parent, String key, Duration max, Duration normal) {
    List<CommandSpec> commands = new ArrayList<>();
    for (Section section : parent.sections(key, Limits.ENTRIES)) {
      section.require("run");
      Optional<List<String>> run = argv(section, "run");
      Duration timeout = section.duration("timeout", Limits.TIME_MIN, max).orElse(normal);
      section.finish();
      run.ifPresent(r -> commands.add(new CommandSpec(r, timeout)));
    }
    return commands;
  }

  /** An argument list under this key, or {@code {run, timeout}}. */
  public static Optional<CommandSpec> command(
      Section parent, String key, Duration max, Duration normal) {
    Optional<YamlNode> node = parent.node(key);
    if (node.isEmpty() || !(node.get() instanceof YamlNode.Mapping)) {
      return argv(parent, key).map(run -> new CommandSpec(run, normal));
    }
    Optional<Section> section = parent.section(key);
    section.ifPresent(s -> s.require("run"));
    Optional<List<String>> run = section.flatMap(s -> argv(s, "run"));
    Duration timeout =
        section.flatMap(s -> s.duration("timeout", Limits.TIME_MIN, max)).orElse(normal);
    section.ifPresent(Section::finish);
    return run.map(r -> new CommandSpec(r, timeout));
  }

  /** The argument list under this key. */
  public static Optional<List<String>> argv(Section section, String key) {
    return section.node(key).flatMap(node -> argv(node, section));
  }

  private static Optional<List<String>> argv(YamlNode node, Section section) {
    Problems problems = section.problems();
    if (node instanceof YamlNode.Broken) {
      return Optional.empty();
    }
    if (!(node instanceof YamlNode.Sequence sequence)) {
      problems.add(
          "COMMAND",
          node,
          node.shown()
              + " is not a command: a list of arguments is expected, like [bin/check, search/];"
              + " no shell reads it");
      return Optional.empty();
    }
    List<YamlNode> items = sequence.items();
    if (items.isEmpty() || items.size() > ARGUMENTS) {
      problems.add(
          "COMMAND", node, items.size() + " arguments; 1 to " + ARGUMENTS + " are expected");
      return Optional.empty();
    }
    List<String> argv = new ArrayList<>();
    for (YamlNode item : items) {
      section.values().text(item).filter(a -> isArgument(a, item, problems)).ifPresent(argv::add);
    }
    if (argv.size() == items.size() && Arrays.asList(argv.getFirst().split("/")).contains("..")) {
      problems.add(
          "PATH",
          items.getFirst(),
          Quoted.of(argv.getFirst()) + " leaves the release (..); a program inside it is expected");
    }
    return argv.size() == items.size() ? Optional.of(argv) : Optional.empty();
  }

  private static boolean isArgument(String argument, YamlNode item, Problems problems) {
    if (argument.isEmpty()) {
      problems.add("COMMAND", item, "an empty argument; text is expected");
      return false;
    }
    if (argument.indexOf('\0') >= 0) {
      problems.add(
          "COMMAND", item, Quoted.of(argument) + " has a NUL; no program can be given one");
      return false;
    }
    if (argument.length() > ARGUMENT_LENGTH) {
      problems.add(
          "COMMAND",
          item,
          argument.length() + " characters in one argument; at most " + ARGUMENT_LENGTH);
      return false;
    }
    return true;
  }
}
