package dev.pullcord.server.dashboard.audit;

import dev.pullcord.server.audit.AuditQuery;
import dev.pullcord.server.audit.AuditSentences;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.store.AuditTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An entry of the audit log as the page shows it. */
record AuditLine(AuditTable.Act entry) {
  /** Their sentences say what was before, or it says nothing to a reader. */
  private static final Set<String> BEFORE_SAID =
      Set.of(
          "unpin",
          "pin.expire",
          "retry",
          "follow",
          "label",
          "push",
          "token.revoke",
          "invite.revoke");

  Moment at() {
    return new Moment(entry.at());
  }

  @Nullable String before() {
    return BEFORE_SAID.contains(entry.what()) ? null : entry.before();
  }

  /** By which way it came. */
  @Nullable String way() {
    AuditTable.Source from = entry.from();
    return switch (from == null ? null : from.way()) {
      case null -> null;
      case DASHBOARD -> "dashboard";
      case API -> "API";
      case GIT -> "git";
      case AGENTS -> "agents' port";
    };
  }

  String address() {
    AuditTable.Source from = entry.from();
    return from == null ? "" : from.address();
  }

  /** Everything of the same action. */
  String sameAction() {
    return Links.page(new AuditQuery(null, entry.what(), null, null, null), null);
  }

  /** The sentence, in which who did it and what it was done to lead to more about them. */
  List<Part> parts() {
    String text = AuditSentences.of(entry);
    Map<Integer, Part> links = new TreeMap<>();
    int who = word(text, entry.who(), 0);
    if (who >= 0) {
      links.put(who, new Part(entry.who(), same(entry.who(), null)));
    }
    int subject = word(text, entry.subject(), who < 0 ? 0 : who + entry.who().length());
    if (subject < 0 && who > 0) {
      subject = word(text.substring(0, who), entry.subject(), 0);
    }
    if (subject >= 0) {
      links.put(subject, new Part(entry.subject(), same(null, entry.subject())));
    }
    List<Part> parts = new ArrayList<>();
    int done = 0;
    for (Map.Entry<Integer, Part> link : links.entrySet()) {
      parts.add(new Part(text.substring(done, link.getKey()), null));
      parts.add(link.getValue());
      done = link.getKey() + link.getValue().text().length();
    }
    parts.add(new Part(text.substring(done), null));
    return parts;
  }

  private static String same(@Nullable String who, @Nullable String on) {
    return Links.page(new AuditQuery(who, null, on, null, null), null);
  }

  /** Where it stands as a word of its own; -1 for nowhere. */
  private static int word(String text, String word, int from) {
    for (int at = text.indexOf(word, from); at >= 0; at = text.indexOf(word, at + 1)) {
      int end = at + word.length();
      if (!word.isEmpty()
          && (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1)))
          && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)))) {
        return at;
      }
    }
    return -1;
  }

  /**
   * A piece of the sentence.
   *
   * @param link to all that concerns what it names; null for plain words
   */
  record Part(String text, @Nullable String link) {}
}
