package dev.pullcord.server.alert;

import dev.pullcord.protocol.id.LabelSelector;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import dev.pullcord.server.alert.receiver.ReceiverKeys;
import dev.pullcord.server.alert.receiver.ReceiverKind;
import dev.pullcord.server.alert.receiver.ReceiverKind.ReceiverSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code alerts} of {@code server.yaml}; what is wrong with it is recorded. */
public final class AlertReader {
  private static final int RECEIVERS_MAX = 20;
  private static final int RULES_MAX = 50;
  private static final int REFS_MAX = 50;
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");
  private static final Duration LEAST = Duration.ofMinutes(1);
  private static final Duration MOST = Duration.ofDays(30);

  private AlertReader() {}

  /** What that section says. */
  public static AlertSettings read(Section section) {
    section.require("receivers", "rules");
    Map<String, ReceiverSettings> receivers = new LinkedHashMap<>();
    Set<String> named = new LinkedHashSet<>();
    section.section("receivers").ifPresent(s -> receivers(s, receivers, named));
    List<AlertRule> rules = new ArrayList<>();
    for (Section rule : section.sections("rules", RULES_MAX)) {
      rules.add(rule(rule, named));
    }
    section.finish();
    return new AlertSettings(receivers, rules, null);
  }

  private static void receivers(
      Section section, Map<String, ReceiverSettings> receivers, Set<String> named) {
    List<YamlNode.Entry> entries = section.entries();
    if (entries.size() > RECEIVERS_MAX) {
      section
          .problems()
          .add("RANGE", section.mapping(), "at most " + RECEIVERS_MAX + " receivers expected");
    }
    for (YamlNode.Entry entry : entries) {
      named.add(entry.key());
      if (!NAME.matcher(entry.key()).matches()) {
        section
            .problems()
            .add(
                "NAME",
                entry.value(),
                Quoted.of(entry.key()) + "; small letters, digits and dashes expected");
      }
      section
          .values()
          .section(entry.value())
          .flatMap(AlertReader::receiver)
          .ifPresent(r -> receivers.put(entry.key(), r));
    }
  }

  private static Optional<ReceiverSettings> receiver(Section section) {
    section.require("kind");
    Optional<ReceiverKind> kind = section.choice("kind", ReceiverKind.byWord());
    if (kind.isEmpty()) {
      return Optional.empty(); // its other keys are those of nobody knows what
    }
    Optional<ReceiverSettings> settings = kind.get().read(section);
    section.finish();
    return settings;
  }

  private static AlertRule rule(Section section, Set<String> named) {
    section.require("receivers", "events");
    List<String> receivers = section.texts("receivers", RECEIVERS_MAX).orElse(List.of());
    receivers.stream()
        .filter(r -> !named.contains(r))
        .forEach(r ->
            ReceiverKeys.wrong(
                section, "receivers", Quoted.of(r) + " is no receiver" + DidYouMean.of(r, named)));
    Set<AlertEvent> events = EnumSet.noneOf(AlertEvent.class);
    Map<String, AlertEvent> known = AlertEvent.byWord();
    for (String word : section.texts("events", known.size()).orElse(List.of())) {
      AlertEvent event = known.get(word);
      if (event == null) {
        ReceiverKeys.wrong(
            section,
            "events",
            Quoted.of(word) + "; one of " + String.join(", ", known.keySet()) + " expected");
      } else {
        events.add(event);
      }
    }
    List<String> refs = section.texts("refs", REFS_MAX).orElse(List.of());
    LabelSelector selector = selector(section);
    Window quiet = section.section("quiet").flatMap(AlertReader::quiet).orElse(null);
    Duration offline =
        section.duration("offline-after", LEAST, MOST).orElse(AlertRule.OFFLINE_AFTER);
    Duration drain = section.duration("drain-after", LEAST, MOST).orElse(AlertRule.DRAIN_AFTER);
    section.finish();
    return new AlertRule(receivers, events, refs, selector, quiet, offline, drain);
  }

  private static LabelSelector selector(Section section) {
    Optional<String> text = section.text("selector");
    try {
      return text.map(LabelSelector::parse).orElse(LabelSelector.ALL);
    } catch (IllegalArgumentException e) {
      ReceiverKeys.wrong(section, "selector", e.getMessage() + "");
      return LabelSelector.ALL;
    }
  }

  private static Optional<Window> quiet(Section section) {
    section.require("hours");
    Optional<String> hours = section.text("hours");
    String zone = section.text("zone").orElse("UTC");
    section.finish();
    if (hours.isEmpty() || !window(section, "zone", "daily 00:00-24:00", zone).isPresent()) {
      return Optional.empty();
    }
    return window(section, "hours", hours.get(), zone);
  }

  private static Optional<Window> window(
      Section section, String key, String hours, @Nullable String zone) {
    try {
      return Optional.of(new Window(hours, zone + ""));
    } catch (IllegalArgumentException e) {
      ReceiverKeys.wrong(section, key, e.getMessage() + "");
      return Optional.empty();
    }
  }
}
