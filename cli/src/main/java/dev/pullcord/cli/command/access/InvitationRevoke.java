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

/** {@code pullcord invitations revoke}: no node joins with it any more. */
@Command(
    name = "revoke",
    description = "Revoke an invitation: no node joins with it any more; those that have stay.")
public final class InvitationRevoke extends Verb {
  @Parameters(index = "0", paramLabel = "ID", description = "As pullcord invitations shows it.")
  String id = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  /** The verb. */
  public InvitationRevoke(Desk desk) {
    super(desk);
  }

  @Override
  protected ExitCode run() {
    Questions.insist(desk, yes, "revoke the invitation " + id + "? No node joins with it then.");
    Answers.need(desk.server().revokeInvitation(id));
    if (desk.json()) {
      desk.console().json(Map.of("revoked", id));
    } else {
      desk.console().line("revoked " + id + "; nodes that joined with it stay");
    }
    return ExitCode.DONE;
  }
}
