package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.Confirmed;
import dev.pullcord.client.AccessCalls;
import dev.pullcord.client.ServerClient.Done;
import dev.pullcord.client.ServerReply;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pullcord tokens revoke} and {@code pullcord invitations revoke}. */
@Command(name = "revoke")
public final class RevokeVerb extends Verb {
  private final Kind kind;

  @Parameters(index = "0", paramLabel = "NAME|ID", description = "As the list shows it.")
  String name = "";

  @Mixin Confirmed confirmed = new Confirmed();

  private RevokeVerb(VerbContext context, Kind kind) {
    super(context);
    this.kind = kind;
  }

  /** What can be revoked. */
  public enum Kind {
    /** With what people sign in. */
    TOKEN(
        "Revoke a token: it works no more, at once.",
        "revoke the token %s? Whoever has it is locked out at once.",
        "browsers that signed in with it are signed out"),
    /** With what nodes join. */
    INVITATION(
        "Revoke an invitation: no node joins with it any more; those that have stay.",
        "revoke the invitation %s? No node joins with it then.",
        "nodes that joined with it stay");

    private final String description;
    private final String question;
    private final String consequence;

    Kind(String description, String question, String consequence) {
      this.description = description;
      this.question = question;
      this.consequence = consequence;
    }

    private ServerReply<Done> revoke(AccessCalls server, String name) {
      return this == TOKEN ? server.revokeToken(name) : server.revokeInvitation(name);
    }
  }

  /** The verb for one kind. */
  public static CommandLine of(VerbContext context, Kind kind) {
    CommandLine line = new CommandLine(new RevokeVerb(context, kind));
    line.getCommandSpec().usageMessage().description(kind.description);
    return line;
  }

  @Override
  protected View run() {
    confirmed.insist(context, kind.question.formatted(name));
    Replies.need(kind.revoke(new AccessCalls(context.server()), name));
    return View.of(Map.of("revoked", name), "revoked " + name + "; " + kind.consequence);
  }
}
