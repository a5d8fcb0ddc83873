package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.client.AccessCalls;
import dev.pullcord.protocol.api.TokenView;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code pullcord tokens}: who may sign in. */
@Command(
    name = "tokens",
    description = "Who may sign in, with which role; make a token, or revoke one.")
public final class TokensVerb extends Verb {
  /** The verb. */
  public TokensVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    TokenView.All all = Replies.need(new AccessCalls(context.server()).tokens());
    return View.of(all, () -> table(all.tokens()));
  }

  private List<StyledLine> table(List<TokenView> tokens) {
    Table table = new Table("NAME", "ROLE", "MADE", "EXPIRES", "BY");
    for (TokenView token : tokens) {
      table.row(
          StyledLine.of(Style.STRONG, token.name()),
          StyledLine.of(token.role()),
          StyledLine.of(Ages.ago(token.createdAt(), context.now())),
          StyledLine.of(expires(token)),
          StyledLine.of(token.createdBy() == null ? "-" : token.createdBy()));
    }
    return table.lines();
  }

  private String expires(TokenView token) {
    if (token.expiresAt() == null) {
      return "never";
    }
    return token.expiresAt().isAfter(context.now())
        ? Ages.in(token.expiresAt(), context.now())
        : "expired";
  }
}
