package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Answers;
import dev.pullcord.cli.command.Desk;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Line;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.InvitationView;
import dev.pullcord.protocol.error.ExitCode;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code pullcord invitations}: with what nodes may join. */
@Command(
    name = "invitations",
    description = "Which invitations are open, used up or expired; revoke one.")
public final class Invitations extends Verb {
  /** The verb. */
  public Invitations(Desk desk) {
    super(desk);
  }

  @Override
  protected ExitCode run() {
    InvitationView.All all = Answers.need(desk.server().invitations());
    if (desk.json()) {
      desk.console().json(all);
      return ExitCode.DONE;
    }
    if (all.invitations().isEmpty()) {
      desk.console().line("no invitation; pullcord invite makes one");
      return ExitCode.DONE;
    }
    Table table = new Table("ID", "NAMES", "LABELS", "FOLLOWS", "LEFT", "EXPIRES", "BY");
    for (InvitationView one : all.invitations()) {
      table.row(
          Line.of(one.state() == InvitationView.State.OPEN ? Style.STRONG : Style.FAINT, one.id()),
          Line.of(one.namePattern() == null ? "any" : one.namePattern()),
          Line.of(labels(one)),
          Line.of(String.join(", ", one.refs())),
          Line.of(one.usesLeft() + " of " + one.uses()),
          Line.of(expires(one)),
          Line.of(one.createdBy()));
    }
    desk.console().lines(table.lines());
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
      case OPEN -> Ages.in(one.expiresAt(), desk.now());
      case USED -> "used up";
      case EXPIRED -> "expired";
    };
  }
}
