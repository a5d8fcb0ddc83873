package dev.pullcord.cli.completion;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What can be typed.
 *
 * @param verbs what may follow each verb: its long options and its own verbs
 * @param descriptions a line for each verb
 */
record Words(Map<String, List<String>> verbs, Map<String, String> descriptions) {
  static Words of(CommandSpec root) {
    Map<String, List<String>> verbs = new LinkedHashMap<>();
    Map<String, String> descriptions = new LinkedHashMap<>();
    for (Map.Entry<String, CommandLine> verb : root.subcommands().entrySet()) {
      CommandSpec spec = verb.getValue().getCommandSpec();
      if (spec.usageMessage().hidden()) {
        continue;
      }
      List<String> words = new ArrayList<>(spec.subcommands().keySet());
      for (OptionSpec option : spec.options()) {
        words.add(option.longestName());
      }
      spec.positionalParameters().stream()
          .map(p -> p.typeInfo().getEnumConstantNames())
          .filter(Words::some)
          .forEach(words::addAll);
      verbs.put(verb.getKey(), List.copyOf(words));
      descriptions.put(verb.getKey(), spec.usageMessage().description()[0]);
    }
    return new Words(verbs, descriptions);
  }

  private static boolean some(Collection<String> names) {
    return names != null && !names.isEmpty();
  }
}
