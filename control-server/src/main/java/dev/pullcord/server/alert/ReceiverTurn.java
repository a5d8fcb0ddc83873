package dev.pullcord.server.alert;

import dev.pullcord.server.alert.receiver.AlertMessage;
import dev.pullcord.server.store.AlertTable.Key;
import dev.pullcord.server.store.AlertTable.Story;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one receiver is told in one look. Phases: what is over is marked, and told once it stays so;
 * what is new is told, equal causes together; stories that were told of with another cause are told
 * again. While a cause has just been told, more of it waits a while, so that a fleet that fails
 * node by node is a few messages and not hundreds.
 */
final class ReceiverTurn {
  /** From one message of a cause to the next. */
  static final Duration AGAIN_AFTER = Duration.ofMinutes(5);

  /** Of equal nodes those that began within this time after one that is due are told with it. */
  private static final Duration TOGETHER = Duration.ofMinutes(1);

  private final Known receiver;
  private final AlertFacts facts;
  private final Instant now;
  private final Map<Key, Story> stories = new TreeMap<>(ORDER);
  private final Map<Key, Story> kept = new LinkedHashMap<>();
  private final Set<Key> closed = new LinkedHashSet<>();
  private final List<AlertMessage> endings = new ArrayList<>();
  private final List<AlertMessage> beginnings = new ArrayList<>();

  private static final Comparator<Key> ORDER =
      Comparator.comparing(Key::receiver).thenComparing(Key::event).thenComparing(Key::subject);

  /**
   * A receiver.
   *
   * @param since when it was first known
   * @param rules those that name it
   */
  record Known(String name, Instant since, List<AlertRule> rules) {}

  ReceiverTurn(Known receiver, AlertFacts facts, Instant now) {
    this.receiver = receiver;
    this.facts = facts;
    this.now = now;
  }

  AlertVerdict decide(AlertFacts.Look look, List<Story> told) {
    told.forEach(s -> stories.put(s.key(), s));
    Map<Key, AlertCondition> present = new TreeMap<>(ORDER);
    look.conditions().forEach(c -> present.put(key(c), c));
    begin(present);
    end(present.keySet(), look.unknown());
    List<AlertVerdict.Addressed> messages = new ArrayList<>();
    endings.forEach(m -> messages.add(new AlertVerdict.Addressed(receiver.name(), m)));
    beginnings.forEach(m -> messages.add(new AlertVerdict.Addressed(receiver.name(), m)));
    return new AlertVerdict(messages, List.copyOf(kept.values()), List.copyOf(closed));
  }

  private Key key(AlertCondition condition) {
    return key(condition.event(), condition.subject());
  }

  private Key key(AlertEvent event, String subject) {
    return new Key(receiver.name(), event.word(), subject);
  }

  private void keep(Story story) {
    stories.put(story.key(), story);
    kept.put(story.key(), story);
  }

  private void close(Key key) {
    stories.remove(key);
    kept.remove(key);
    closed.add(key);
  }

  // What is new.

  private void begin(Map<Key, AlertCondition> present) {
    Map<String, List<AlertCondition>> due = new LinkedHashMap<>();
    for (AlertCondition condition : present.values()) {
      if (untold(condition) && awake(condition, true) && !old(condition)) {
        due.computeIfAbsent(condition.group(), _ -> new ArrayList<>()).add(condition);
      }
    }
    due.values()
        .forEach(first -> {
          if (!toldLately(first)) {
            tell(together(first, present.values()));
          }
        });
  }

  /** Whether it is in no story, or was told as something else a while ago. */
  private boolean untold(AlertCondition condition) {
    Story story = stories.get(key(condition));
    return story == null
        || (!story.cause().equals(condition.cause())
            && !lately(story)
            && !condition.event().news());
  }

  private boolean awake(AlertCondition condition, boolean due) {
    return receiver.rules().stream()
        .anyMatch(r -> r.matches(condition) && !r.quietAt(now) && (!due || r.due(condition, now)));
  }

  /** Whether it is news from before the receiver was known. */
  private boolean old(AlertCondition condition) {
    return condition.event().news() && condition.since().isBefore(receiver.since());
  }

  /** A story that was told later than now is from before the clock was set back. */
  private boolean lately(Story story) {
    return !story.toldAt().isAfter(now) && now.isBefore(story.toldAt().plus(AGAIN_AFTER));
  }

  private boolean toldLately(List<AlertCondition> due) {
    Set<String> causes = due.stream().map(AlertCondition::cause).collect(Collectors.toSet());
    return stories.values().stream().anyMatch(s -> causes.contains(s.cause()) && lately(s));
  }

  /** Those that are due, with equal ones that will be in a moment. */
  private List<AlertCondition> together(
      List<AlertCondition> due, Collection<AlertCondition> present) {
    String group = due.getFirst().group();
    Instant until =
        due.stream().map(AlertCondition::since).max(Instant::compareTo).get().plus(TOGETHER);
    List<AlertCondition> all = new ArrayList<>(due);
    present.stream()
        .filter(c -> c.opens() && c.group().equals(group) && !all.contains(c))
        .filter(c -> untold(c) && awake(c, false) && !c.since().isAfter(until))
        .forEach(all::add);
    return all;
  }

  private void tell(List<AlertCondition> group) {
    beginnings.add(AlertText.beginning(group, now));
    for (AlertCondition condition : group) {
      keep(new Story(key(condition), condition.cause(), now, null));
      AlertEvent other =
          switch (condition.event()) {
            case DEPLOYMENT_CONVERGED -> AlertEvent.DEPLOYMENT_INCOMPLETE;
            case DEPLOYMENT_INCOMPLETE -> AlertEvent.DEPLOYMENT_CONVERGED;
            default -> null;
          };
      if (other != null && stories.containsKey(key(other, condition.subject()))) {
        close(key(other, condition.subject())); // this message is its last word
      }
    }
  }

  // What is over.

  private void end(Set<Key> present, Set<AlertEvent> unknown) {
    Map<String, List<Story>> over = new LinkedHashMap<>();
    for (Story story : List.copyOf(stories.values())) {
      AlertEvent event = AlertEvent.byWord().get(story.key().event());
      if (present.contains(story.key())) {
        if (story.clearedAt() != null) {
          keep(new Story(story.key(), story.cause(), story.toldAt(), null));
        }
      } else if (event == null || event.news()) {
        if (!present.contains(key(AlertEvent.DEPLOYMENT_INCOMPLETE, story.key().subject()))) {
          close(story.key()); // else it is open again, and was told of already
        }
      } else if (!unknown.contains(event) && isOver(story, event) && !quiet(event)) {
        String group = event == AlertEvent.COMMIT_REFUSED ? event.word() : story.cause();
        over.computeIfAbsent(group, _ -> new ArrayList<>()).add(story);
      }
    }
    over.values().forEach(this::tellEnd);
  }

  private boolean isOver(Story story, AlertEvent event) {
    Instant cleared = story.clearedAt();
    if (cleared == null || cleared.isAfter(now)) {
      cleared = now;
      keep(new Story(story.key(), story.cause(), story.toldAt(), now));
    }
    return !now.isBefore(cleared.plus(event.calm()));
  }

  /** Whether all rules of that event are quiet now; a rule that is gone is not. */
  private boolean quiet(AlertEvent event) {
    List<AlertRule> its =
        receiver.rules().stream().filter(r -> r.events().contains(event)).toList();
    return !its.isEmpty() && its.stream().allMatch(r -> r.quietAt(now));
  }

  /** Some of a cause are told of when the others are not over for a while, all of it at once. */
  private void tellEnd(List<Story> over) {
    Set<Key> ended = over.stream().map(Story::key).collect(Collectors.toSet());
    Set<String> causes = over.stream().map(Story::cause).collect(Collectors.toSet());
    List<Story> left =
        stories.values().stream()
            .filter(s -> causes.contains(s.cause()) && !ended.contains(s.key()))
            .toList();
    if (left.stream().anyMatch(this::lately)) {
      return;
    }
    List<String> lines = over.stream().map(s -> facts.ending(event(s), s.key().subject())).toList();
    endings.add(AlertText.ending(event(over.getFirst()), over, lines, left.size(), now));
    over.forEach(s -> close(s.key()));
    left.forEach(s -> keep(new Story(s.key(), s.cause(), now, s.clearedAt())));
  }

  private static AlertEvent event(Story story) {
    return Objects.requireNonNull(AlertEvent.byWord().get(story.key().event()));
  }
}
