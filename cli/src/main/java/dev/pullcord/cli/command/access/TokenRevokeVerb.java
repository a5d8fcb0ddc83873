package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Questions;
import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.protocol.error.ExitCode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord tokens revoke}: it works no more. */
@Command(name = "revoke", description = "Revoke a token: it works no more, at once.")
public final class TokenRevokeVerb extends Verb {
  @Parameters(index = "0", paramLabel = "NAME", description = "The token's name.")
  String name = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  /** The verb. */
  public TokenRevokeVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    String question = "revoke the token " + name + "? Whoever has it is locked out at once.";
    Questions.insist(context, yes, question);
    Replies.need(context.server().revokeToken(name));
    if (context.json()) {
      context.console().json(Map.of("revoked", name));
    } else {
      context
          .console()
          .line("revoked " + name + "; browsers that signed in with it are signed out");
    }
    return ExitCode.DONE;
  }
}
