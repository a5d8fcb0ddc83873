package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.InvitationView;
import dev.pullcord.protocol.error.ExitCode;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code pullcord invitations}: with what nodes may join. */
@Command(
    name = "invitations",
    description = "Which invitations are open, used up or expired; revoke one.")
public final class InvitationsVerb extends Verb {
  /** The verb. */
  public InvitationsVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    InvitationView.All all = Replies.need(context.server().invitations());
    if (context.json()) {
      context.console().json(all);
      return ExitCode.DONE;
    }
    if (all.invitations().isEmpty()) {
      context.console().line("no invitation; pullcord invite makes one");
      return ExitCode.DONE;
    }
    Table table = new Table("ID", "NAMES", "LABELS", "FOLLOWS", "LEFT", "EXPIRES", "BY");
    for (InvitationView one : all.invitations()) {
      table.row(
          StyledLine.of(
              one.state() == InvitationView.State.OPEN ? Style.STRONG : Style.FAINT, one.id()),
          StyledLine.of(one.namePattern() == null ? "any" : one.namePattern()),
          StyledLine.of(labels(one)),
          StyledLine.of(String.join(", ", one.refs())),
          StyledLine.of(one.usesLeft() + " of " + one.uses()),
          StyledLine.of(expires(one)),
          StyledLine.of(one.createdBy()));
    }
    context.console().lines(table.lines());
    return ExitCode.DONE;
  }

  private static String labels(InvitationView one) {
    return one.labels().isEmpty()
        ? "-"
        : one.labels().entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(","));
  }

  private String expires(InvitationView one) {
    return switch (one.state()) {
      case OPEN -> Ages.in(one.expiresAt(), context.now());
      case USED -> "used up";
      case EXPIRED -> "expired";
    };
  }
}
