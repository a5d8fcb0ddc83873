package dev.pullcord.server.alert;

import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.server.alert.receiver.AlertMessage;
import dev.pullcord.server.alert.receiver.AlertMessage.State;
import dev.pullcord.server.store.AlertTable.Story;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Makes one message of all that is told together; pure. */
final class AlertText {
  private static final int LINES_MAX = 8;

  private AlertText() {}

  static AlertMessage beginning(List<AlertCondition> group, Instant now) {
    AlertCondition first = group.getFirst();
    AlertCondition.Words words = first.words();
    List<String> subjects = group.stream().map(AlertCondition::subject).sorted().toList();
    String title =
        group.size() == 1
            ? words.title()
            : group.size() + " nodes " + words.many() + ": " + words.reason();
    List<String> lines = new ArrayList<>();
    if (group.size() > 1) {
      lines.add("Nodes: " + NameList.folded(subjects));
    }
    lines.addAll(words.lines());
    return new AlertMessage(
        first.event().word(),
        first.event().news() ? State.NEWS : State.BEGUN,
        title,
        first.ref(),
        subjects,
        lines,
        words.next(),
        words.link(),
        now);
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
            : "%d nodes %s: %s".formatted(over.size(), event.over(), NameList.folded(subjects));
    return new AlertMessage(event.word(), State.ENDED, title, null, subjects, more, "", null, now);
  }
}
