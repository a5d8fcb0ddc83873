package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.AuditView;
import dev.pullcord.protocol.error.ExitCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pullcord audit}: who did what, and what was refused. */
@Command(name = "audit", description = "Who did what, from where, and what was refused.")
public final class AuditVerb extends Verb {
  private static final String[] FILTERS = {"who", "action", "on", "since", "outcome"};

  @Option(names = "--who", paramLabel = "NAME", description = "Only what this one did.")
  @Nullable String who;

  @Option(
      names = "--action",
      paramLabel = "ACTION",
      description = "Only this action and those below it: pin, push, token, sign-in, denied, ...")
  @Nullable String action;

  @Option(names = "--on", paramLabel = "NAME", description = "Only what was done to this one.")
  @Nullable String on;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only since so long ago, 2h or 7d, or since 2026-01-31T12:00:00Z.")
  @Nullable String since;

  @Option(
      names = "--outcome",
      paramLabel = "done|refused",
      description = "Only what was done, or only what was refused.")
  @Nullable String outcome;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      defaultValue = "50",
      description = "How many at most, 1 to 10000; ${DEFAULT-VALUE} when left out.")
  int limit;

  /** The verb. */
  public AuditVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    if (limit < 1 || limit > 10_000) {
      throw Failure.usage("--limit " + limit + ": 1 to 10000 expected");
    }
    List<AuditView> all = new ArrayList<>();
    Map<String, String> query = query();
    String cursor = null;
    do {
      AuditView.Page page = Replies.need(context.server().audit(query, cursor));
      all.addAll(page.records());
      cursor = page.next();
    } while (cursor != null && all.size() < limit);
    List<AuditView> shown = all.subList(0, Math.min(limit, all.size()));
    if (context.json()) {
      boolean more = cursor != null || all.size() > shown.size();
      context
          .console()
          .json(new AuditView.Page(shown, more ? Long.toString(shown.getLast().id()) : null));
    } else if (shown.isEmpty()) {
      context.console().line("no record is like that");
    } else {
      print(shown);
    }
    return ExitCode.DONE;
  }

  private Map<String, String> query() {
    @Nullable String[] values = {who, action, on, since, outcome};
    Map<String, String> query = new LinkedHashMap<>();
    for (int i = 0; i < FILTERS.length; i++) {
      String value = values[i];
      if (value != null) {
        query.put(FILTERS[i], value);
      }
    }
    return query;
  }

  private void print(List<AuditView> records) {
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
    context.console().lines(table.lines());
  }
}
