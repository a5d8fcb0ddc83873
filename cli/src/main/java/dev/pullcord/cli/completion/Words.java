package dev.pullcord.cli.completion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What can be typed.
 *
 * @param verbs in their order
 * @param options what may follow an option, which means the same with every verb
 */
record Words(Map<String, VerbWords> verbs, Map<String, Choice> options) {
  /**
   * What may follow a verb.
   *
   * @param description a line
   * @param subverbs its own verbs
   * @param options long ones, also those of its own verbs
   * @param values what may stand there as it is
   */
  record VerbWords(String description, List<String> subverbs, List<String> options, Choice values) {
    List<String> words() {
      return Stream.concat(
              Stream.concat(subverbs.stream(), options.stream()), values.fixed().stream())
          .toList();
    }
  }

  /**
   * Values to choose from.
   *
   * @param fixed always the same
   * @param asked the server has them
   */
  record Choice(Set<String> fixed, Set<ValueKind> asked) {
    boolean isEmpty() {
      return fixed.isEmpty() && asked.isEmpty();
    }
  }

  static Words of(CommandSpec root) {
    Map<String, VerbWords> verbs = new LinkedHashMap<>();
    Map<String, Choice> options = new TreeMap<>();
    root.options().forEach(option -> put(options, option));
    for (Map.Entry<String, CommandLine> verb : root.subcommands().entrySet()) {
      CommandSpec spec = verb.getValue().getCommandSpec();
      if (spec.usageMessage().hidden()) {
        continue;
      }
      List<CommandSpec> all = new ArrayList<>(List.of(spec));
      spec.subcommands().values().forEach(sub -> all.add(sub.getCommandSpec()));
      Set<String> names = new LinkedHashSet<>();
      Set<String> fixed = new LinkedHashSet<>();
      Set<ValueKind> asked = new LinkedHashSet<>();
      for (CommandSpec one : all) {
        one.options().forEach(option -> names.add(option.longestName()));
        one.options().forEach(option -> put(options, option));
        one.positionalParameters()
            .forEach(p -> {
              fixed.addAll(fixed(p));
              asked.addAll(ValueKind.ofPositional(one.qualifiedName(" "), p.paramLabel()));
            });
      }
      verbs.put(
          verb.getKey(),
          new VerbWords(
              spec.usageMessage().description()[0],
              List.copyOf(spec.subcommands().keySet()),
              List.copyOf(names),
              new Choice(fixed, asked)));
    }
    return new Words(verbs, options);
  }

  private static void put(Map<String, Choice> options, OptionSpec option) {
    Choice choice = new Choice(fixed(option), ValueKind.ofOption(option.longestName()));
    if (!choice.isEmpty()) {
      Arrays.stream(option.names()).forEach(name -> options.put(name, choice));
    }
  }

  private static Set<String> fixed(ArgSpec arg) {
    Iterable<String> candidates = arg.completionCandidates();
    Stream<String> named =
        candidates == null
            ? Stream.ofNullable(arg.typeInfo().getEnumConstantNames()).flatMap(List::stream)
            : StreamSupport.stream(candidates.spliterator(), false);
    return new LinkedHashSet<>(named.filter(Objects::nonNull).toList());
  }
}
