package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.view.Selector;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the page's address asks for: {@code ?selector=role=grep&state=failed&group=dc}. It never
 * throws: what cannot be read selects nothing and says why, so that a slip of the finger does not
 * look like a fleet that is well.
 *
 * @param selector as typed
 * @param state as typed: states by name, with commas
 * @param group the label whose values are the groups; empty for one group
 * @param states those that are shown; empty for all
 * @param chosen which labels are shown
 * @param problem what is wrong with it; null when nothing is
 */
record FleetQuery(
    String selector,
    String state,
    String group,
    Set<StateSign> states,
    Selector chosen,
    @Nullable String problem) {
  private static final int TEXT_MAX = 1000;

  /** All nodes in one group. */
  static final FleetQuery ALL = parse(null, null, null);

  /** Every state but the one that asks for nobody. */
  static final String NOT_CONVERGED =
      Arrays.stream(StateSign.values())
          .filter(s -> s != StateSign.CONVERGED)
          .map(StateSign::wireName)
          .collect(Collectors.joining(","));

  FleetQuery {
    states = Set.copyOf(states);
  }

  static FleetQuery parse(
      @Nullable String selector, @Nullable String state, @Nullable String group) {
    String typed = cut(selector);
    String wanted = cut(state);
    Set<StateSign> states = EnumSet.noneOf(StateSign.class);
    List<String> problems = new ArrayList<>();
    for (String name : wanted.isEmpty() ? new String[0] : wanted.split(",", -1)) {
      StateSign.named(name.strip())
          .ifPresentOrElse(
              states::add,
              () ->
                  problems.add(
                      "state: "
                          + Quoted.of(name)
                          + " is none; one of "
                          + StateSign.CONVERGED.wireName()
                          + ","
                          + NOT_CONVERGED
                          + " expected"));
    }
    Selector chosen = Selector.ALL;
    try {
      chosen = Selector.parse(typed);
    } catch (Refusal e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    String problem = problems.isEmpty() ? null : String.join("; ", problems);
    return new FleetQuery(typed, wanted, cut(group), states, chosen, problem);
  }

  /** Whether nodes in this state are shown. */
  boolean shows(StateSign state) {
    return states.isEmpty() || states.contains(state);
  }

  /** Whether it leaves anything out. */
  boolean narrows() {
    return !selector.isEmpty() || !state.isEmpty();
  }

  /** The address of the same nodes, grouped by that label. */
  String groupedBy(String key) {
    StringJoiner parameters = new StringJoiner("&");
    Map.of("selector", selector, "state", state, "group", key).entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(e -> !e.getValue().isEmpty())
        .forEach(e ->
            parameters.add(
                e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8)));
    return parameters.length() == 0 ? "/ui" : "/ui?" + parameters;
  }

  /** The address of the nodes that have this label. */
  static String chosen(String label) {
    return "/ui?selector=" + URLEncoder.encode(label, StandardCharsets.UTF_8);
  }

  /** The states as the page's script reads them. */
  String stateNames() {
    return states.stream().map(StateSign::wireName).sorted().collect(Collectors.joining(" "));
  }

  private static String cut(@Nullable String text) {
    String stripped = text == null ? "" : text.strip();
    return stripped.length() > TEXT_MAX ? stripped.substring(0, TEXT_MAX) : stripped;
  }
}
