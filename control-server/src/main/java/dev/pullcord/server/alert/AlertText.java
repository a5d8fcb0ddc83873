package dev.pullcord.server.alert;

import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.server.alert.receiver.AlertMessage;
import dev.pullcord.server.store.AlertTable.Story;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes one message of all that is told together; pure. */
final class AlertText {
  private static final int LINES_MAX = 8;

  private AlertText() {}

  static AlertMessage beginning(List<AlertCondition> group, Instant now) {
    AlertCondition first = group.getFirst();
    AlertCondition.Words words = first.words();
    List<String> subjects = group.stream().map(AlertCondition::subject).sorted().toList();
    boolean one = group.size() == 1;
    String title = one ? words.title() : several(group);
    List<String> lines = new ArrayList<>();
    if (!one) {
      String many = first.event().many();
      lines.add(
          many.substring(0, 1).toUpperCase(Locale.ROOT)
              + many.substring(1)
              + ": "
              + NameList.folded(subjects));
    }
    if (!isOf(group, c -> c.words().reason()) && !first.event().ofNodes()) {
      group.stream().limit(LINES_MAX).forEach(c -> lines.add(c.words().title()));
    }
    lines.addAll(words.lines());
    return new AlertMessage(
        first.event().word(),
        first.event().news() ? AlertMessage.State.NEWS : AlertMessage.State.BEGUN,
        title,
        isOf(group, AlertCondition::ref) ? first.ref() : null,
        subjects,
        lines,
        words.next(),
        words.link(),
        now);
  }

  private static String several(List<AlertCondition> group) {
    AlertCondition.Words words = group.getFirst().words();
    AlertEvent event = group.getFirst().event();
    boolean equal = event.ofNodes() || isOf(group, c -> c.words().reason());
    return "%d %s %s%s"
        .formatted(group.size(), event.many(), words.many(), equal ? ": " + words.reason() : "");
  }

  /** Whether that is the same of all. */
  private static boolean isOf(
      List<AlertCondition> group, Function<AlertCondition, @Nullable Object> what) {
    return group.stream().map(c -> Optional.ofNullable(what.apply(c))).distinct().count() == 1;
  }

  /**
   * @param lines how each of them ended
   * @param left how many of the same cause are not over
   */
  static AlertMessage ending(
      AlertEvent event, List<Story> over, List<String> lines, int left, Instant now) {
    List<String> subjects = over.stream().map(s -> s.key().subject()).sorted().toList();
    boolean one = over.size() == 1;
    List<String> more = new ArrayList<>();
    if (!one) {
      lines.stream().limit(LINES_MAX).forEach(more::add);
    }
    if (left > 0) {
      more.add("Of the same cause " + left + " are left.");
    }
    String title =
        one
            ? lines.getFirst()
            : "%d %s %s: %s"
                .formatted(over.size(), event.many(), event.over(), NameList.folded(subjects));
    return new AlertMessage(
        event.word(), AlertMessage.State.ENDED, title, null, subjects, more, "", null, now);
  }
}
