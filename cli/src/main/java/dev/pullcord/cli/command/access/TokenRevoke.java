package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Answers;
import dev.pullcord.cli.command.Desk;
import dev.pullcord.cli.command.Questions;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.protocol.error.ExitCode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord tokens revoke}: it works no more. */
@Command(name = "revoke", description = "Revoke a token: it works no more, at once.")
public final class TokenRevoke extends Verb {
  @Parameters(index = "0", paramLabel = "NAME", description = "The token's name.")
  String name = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  /** The verb. */
  public TokenRevoke(Desk desk) {
    super(desk);
  }

  @Override
  protected ExitCode run() {
    String question = "revoke the token " + name + "? Whoever has it is locked out at once.";
    Questions.insist(desk, yes, question);
    Answers.need(desk.server().revokeToken(name));
    if (desk.json()) {
      desk.console().json(Map.of("revoked", name));
    } else {
      desk.console().line("revoked " + name + "; browsers that signed in with it are signed out");
    }
    return ExitCode.DONE;
  }
}
