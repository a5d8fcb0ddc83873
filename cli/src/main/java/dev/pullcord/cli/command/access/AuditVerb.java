package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.Limited;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.AuditView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pullcord audit}: who did what, and what was refused. */
@Command(name = "audit", description = "Who did what, from where, and what was refused.")
public final class AuditVerb extends Verb {

  @Option(
      names = "--who",
      paramLabel = "NAME",
      description = "Only what this person or program did.")
  @Nullable String who;

  @Option(
      names = "--action",
      paramLabel = "ACTION",
      description = "Only this action and those below it: pin, push, token, sign-in, denied, ...")
  @Nullable String action;

  @Option(
      names = "--on",
      paramLabel = "NAME",
      description = "Only what was done to this node, branch, token or the like.")
  @Nullable String on;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only what is not older than 2h or 7d, or than 2026-01-31T12:00:00Z.")
  @Nullable String since;

  @Option(
      names = "--outcome",
      paramLabel = "done|refused",
      description = "Only what was done, or only what was refused.")
  @Nullable String outcome;

  @Mixin Limited limited = new Limited(50);

  /** The verb. */
  public AuditVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    Map<String, String> query = query();
    Limited.Part<AuditView> part =
        limited.read(
            cursor -> context.server().audit(query, cursor),
            AuditView.Page::records,
            AuditView.Page::next);
    AuditView last = part.last();
    AuditView.Page page =
        new AuditView.Page(part.items(), last == null ? null : Long.toString(last.id()));
    return part.items().isEmpty()
        ? View.of(page, "no record is like that")
        : View.of(page, () -> table(part.items()));
  }

  private Map<String, String> query() {
    Map<String, @Nullable String> given = new LinkedHashMap<>();
    given.put("who", who);
    given.put("action", action);
    given.put("on", on);
    given.put("since", since);
    given.put("outcome", outcome);
    Map<String, String> query = new LinkedHashMap<>();
    given.forEach((name, value) -> {
      if (value != null) {
        query.put(name, value);
      }
    });
    return query;
  }

  private List<StyledLine> table(List<AuditView> records) {
    Table table = new Table("WHEN", "FROM", "WHAT");
    for (AuditView record : records) {
      String from = record.way() == null ? "-" : record.way() + " " + record.address();
      table.row(
          StyledLine.of(Ages.ago(record.at(), context.now())),
          StyledLine.of(from),
          record.refused()
              ? StyledLine.of(Style.BAD, record.text())
              : StyledLine.of(record.text()));
    }
    return table.lines();
  }
}
