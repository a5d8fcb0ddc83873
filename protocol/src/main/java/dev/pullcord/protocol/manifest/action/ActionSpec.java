package dev.pullcord.protocol.manifest.action;

import dev.pullcord.protocol.id.Quoted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An action of the manifest: a command that operators can have run on nodes.
 *
 * @param name its name
 * @param run the program, and its arguments, where <code>{days}</code> stands for the value of the
 *     parameter {@code days}; never a shell line
 * @param timeout after which it is killed
 * @param params its parameters by name, in the order of the file
 */
public record ActionSpec(
    String name, List<String> run, Duration timeout, Map<String, ParameterSpec> params) {
  /** The time limit of an action that names none. */
  public static final Duration TIMEOUT = Duration.ofMinutes(1);

  /** Where a parameter's value is put. */
  private static final Pattern PLACE = Pattern.compile("\\{([a-z0-9][a-z0-9_-]{0,62})\\}");

  /** Copies. */
  public ActionSpec {
    run = List.copyOf(run);
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
  }

  /** What comes of an action with values. */
  public sealed interface Called {
    /**
     * This is to be run.
     *
     * @param argv the program and its arguments
     */
    record Command(List<String> argv) implements Called {
      /** Copies. */
      public Command {
        argv = List.copyOf(argv);
      }
    }

    /**
     * The values are not for this action.
     *
     * @param reason the value, what was expected, and what to do
     */
    record Wrong(String reason) implements Called {}
  }

  /** The names of the parameters that an argument has a place for. */
  public static List<String> places(String argument) {
    return PLACE.matcher(argument).results().map(result -> result.group(1)).toList();
  }

  /** The command with these values, and with the defaults of the parameters that have none. */
  public Called with(Map<String, String> values) {
    for (String name : values.keySet()) {
      if (!params.containsKey(name)) {
        return new Called.Wrong(
            "action %s has no parameter %s; %s"
                .formatted(
                    this.name,
                    Quoted.of(name),
                    params.isEmpty()
                        ? "it has none"
                        : "it has " + String.join(", ", params.keySet())));
      }
    }
    Map<String, String> all = new LinkedHashMap<>();
    for (Map.Entry<String, ParameterSpec> param : params.entrySet()) {
      String value = values.getOrDefault(param.getKey(), param.getValue().preset());
      if (value == null) {
        return new Called.Wrong(
            "action %s needs a value for %s, like %s=…; its pattern is %s"
                .formatted(name, param.getKey(), param.getKey(), param.getValue().pattern()));
      }
      if (!param.getValue().takes(value)) {
        return new Called.Wrong(
            "%s=%s does not match %s, the pattern that action %s has for it"
                .formatted(
                    param.getKey(), Quoted.of(value), param.getValue().pattern().text(), name));
      }
      all.put(param.getKey(), value);
    }
    List<String> argv = new ArrayList<>();
    for (String argument : run) {
      Matcher place = PLACE.matcher(argument);
      argv.add(
          place.replaceAll(
              found -> Matcher.quoteReplacement(all.getOrDefault(found.group(1), found.group()))));
    }
    return new Called.Command(argv);
  }
}
