package dev.pullcord.server.dashboard.action;

import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.refusal.Refusal;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the form says, as it was typed.
 *
 * @param action the action's name
 * @param names of nodes, with spaces or commas between them
 * @param selector labels, in place of names
 * @param values {@code name=value}, a line for each
 * @param batch how many at a time; empty for all
 * @param stopAfter how many may fail; empty for all
 */
record ActionForm(
    String action, String names, String selector, String values, String batch, String stopAfter) {
  static ActionForm of(Context ctx) {
    return new ActionForm(
        param(ctx, "action"),
        param(ctx, "names"),
        param(ctx, "selector"),
        param(ctx, "values"),
        param(ctx, "batch"),
        param(ctx, "stop-after"));
  }

  /** One that asks for that action and says nothing more. */
  static ActionForm of(String action) {
    return new ActionForm(action, "", "", "", "", "");
  }

  private static String param(Context ctx, String name) {
    return Optional.ofNullable(ctx.formParam(name)).orElse("").strip();
  }

  RunView.Request request() {
    if (names.isEmpty() == selector.isEmpty()) {
      throw refusal("nodes", "which nodes? names, or labels; not both");
    }
    return new RunView.Request(
        action,
        selector.isEmpty() ? null : selector,
        names.isEmpty() ? null : Arrays.stream(names.split("[\\s,]+")).distinct().toList(),
        parameters(),
        batch.isEmpty() ? null : batch,
        failures(),
        null);
  }

  private Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String line : values.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
      int equals = line.indexOf('=');
      if (equals < 1) {
        throw refusal("values", "values: " + line + "; name=value is expected, a line for each");
      }
      parameters.put(line.substring(0, equals), line.substring(equals + 1));
    }
    return parameters;
  }

  private @Nullable Integer failures() {
    if (stopAfter.isEmpty()) {
      return null;
    }
    if (!stopAfter.matches("[0-9]{1,6}")) {
      throw refusal("stopAfter", "stop after: " + stopAfter + "; a number is expected");
    }
    return Integer.valueOf(stopAfter);
  }

  private static Refusal refusal(String field, String detail) {
    return new Refusal(Refusal.Kind.INVALID, "VALUE", detail, field);
  }

  /** The same with the CLI. */
  String command(List<String> nodes) {
    String whom =
        selector.isEmpty()
            ? nodes.stream().map(ShellWord::of).collect(Collectors.joining(" "))
            : "-l " + ShellWord.of(selector);
    String given =
        values
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .map(line -> " " + ShellWord.of(line))
            .collect(Collectors.joining());
    return "pullcord run "
        + ShellWord.of(action)
        + " "
        + whom
        + given
        + (batch.isEmpty() ? "" : " --batch " + ShellWord.of(batch))
        + (stopAfter.isEmpty() ? "" : " --stop-after " + ShellWord.of(stopAfter));
  }
}
