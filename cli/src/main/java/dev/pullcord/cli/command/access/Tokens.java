package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Answers;
import dev.pullcord.cli.command.Desk;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Line;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.protocol.error.ExitCode;
import picocli.CommandLine.Command;

/** {@code pullcord tokens}: who may sign in. */
@Command(
    name = "tokens",
    description = "Who may sign in, with which role; make a token, or revoke one.")
public final class Tokens extends Verb {
  /** The verb. */
  public Tokens(Desk desk) {
    super(desk);
  }

  @Override
  protected ExitCode run() {
    TokenView.All all = Answers.need(desk.server().tokens());
    if (desk.json()) {
      desk.console().json(all);
      return ExitCode.DONE;
    }
    Table table = new Table("NAME", "ROLE", "MADE", "EXPIRES", "BY");
    for (TokenView token : all.tokens()) {
      table.row(
          Line.of(Style.STRONG, token.name()),
          Line.of(token.role()),
          Line.of(Ages.ago(token.createdAt(), desk.now())),
          Line.of(expires(token)),
          Line.of(token.createdBy() == null ? "-" : token.createdBy()));
    }
    desk.console().lines(table.lines());
    return ExitCode.DONE;
  }

  private String expires(TokenView token) {
    if (token.expiresAt() == null) {
      return "never";
    }
    return token.expiresAt().isAfter(desk.now())
        ? Ages.in(token.expiresAt(), desk.now())
        : "expired";
  }
}
