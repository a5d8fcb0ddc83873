package dev.pullcord.server.dashboard.audit;

import dev.pullcord.server.audit.AuditQuery;
import dev.pullcord.server.audit.Sentences;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.store.Audit;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An entry of the audit log as the page shows it. */
record Line(Audit.Entry entry) {
  /** Their sentences say what was before, or it says nothing to a reader. */
  private static final Set<String> BEFORE_SAID =
      Set.of("unpin", "pin.expire", "retry", "follow", "push", "token.revoke");

  Moment at() {
    return new Moment(entry.at());
  }

  String text() {
    return Sentences.of(entry);
  }

  @Nullable String before() {
    return BEFORE_SAID.contains(entry.what()) ? null : entry.before();
  }

  /** By which way it came. */
  @Nullable String way() {
    Audit.Source from = entry.from();
    return switch (from == null ? null : from.way()) {
      case null -> null;
      case DASHBOARD -> "dashboard";
      case API -> "API";
      case GIT -> "git";
      case AGENTS -> "agents' port";
    };
  }

  String address() {
    Audit.Source from = entry.from();
    return from == null ? "" : from.address();
  }

  /** Everything of the same caller. */
  String sameWho() {
    return Links.page(new AuditQuery(entry.who(), null, null, null, null), null);
  }

  /** Everything of the same action. */
  String sameAction() {
    return Links.page(new AuditQuery(null, entry.what(), null, null, null), null);
  }

  /** Everything that concerns the same thing. */
  String sameSubject() {
    return Links.page(new AuditQuery(null, null, entry.subject(), null, null), null);
  }
}
