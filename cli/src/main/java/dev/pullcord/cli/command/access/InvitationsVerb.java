package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.client.AccessCalls;
import dev.pullcord.protocol.api.InvitationView;
import java.util.List;
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
  protected View run() {
    InvitationView.All all = Replies.need(new AccessCalls(context.server()).invitations());
    return all.invitations().isEmpty()
        ? View.of(all, "no invitation; pullcord invite makes one")
        : View.of(all, () -> table(all.invitations()));
  }

  private List<StyledLine> table(List<InvitationView> invitations) {
    Table table = new Table("ID", "NAMES", "LABELS", "FOLLOWS", "LEFT", "EXPIRES", "BY");
    for (InvitationView one : invitations) {
      table.row(
          StyledLine.of(
              one.state() == InvitationView.State.OPEN ? Style.STRONG : Style.FAINT, one.id()),
          StyledLine.of(one.namePattern() == null ? "any" : one.namePattern()),
          StyledLine.of(NodeRows.labels(one.labels(), "-")),
          StyledLine.of(String.join(", ", one.refs())),
          StyledLine.of(one.usesLeft() + " of " + one.uses()),
          StyledLine.of(expires(one)),
          StyledLine.of(one.createdBy()));
    }
    return table.lines();
  }

  private String expires(InvitationView one) {
    return switch (one.state()) {
      case OPEN -> Ages.in(one.expiresAt(), context.now());
      case USED -> "used up";
      case EXPIRED -> "expired";
    };
  }
}
