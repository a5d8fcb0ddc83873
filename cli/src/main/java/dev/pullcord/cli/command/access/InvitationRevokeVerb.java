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

/** {@code pullcord invitations revoke}: no node joins with it any more. */
@Command(
    name = "revoke",
    description = "Revoke an invitation: no node joins with it any more; those that have stay.")
public final class InvitationRevokeVerb extends Verb {
  @Parameters(index = "0", paramLabel = "ID", description = "As pullcord invitations shows it.")
  String id = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  /** The verb. */
  public InvitationRevokeVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    Questions.insist(context, yes, "revoke the invitation " + id + "? No node joins with it then.");
    Replies.need(context.server().revokeInvitation(id));
    if (context.json()) {
      context.console().json(Map.of("revoked", id));
    } else {
      context.console().line("revoked " + id + "; nodes that joined with it stay");
    }
    return ExitCode.DONE;
  }
}
