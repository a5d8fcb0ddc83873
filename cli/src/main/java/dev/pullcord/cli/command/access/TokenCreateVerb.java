package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.Lifetime;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.AccessCalls;
import dev.pullcord.protocol.api.TokenView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord tokens create}: a token, shown once. */
@Command(name = "create", description = "Make a token; it is shown once.")
public final class TokenCreateVerb extends Verb {
  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "The person or program that will use it: ann, ci.")
  String name = "";

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      completionCandidates = Roles.class,
      required = true,
      description = "wall, viewer, operator or admin.")
  String role = "";

  @Mixin Lifetime lifetime = new Lifetime();

  /** The verb. */
  public TokenCreateVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    TokenView.Request asked = new TokenView.Request(name, role, lifetime.checked());
    TokenView.Made made = Replies.need(new AccessCalls(context.server()).createToken(asked));
    return View.of(made, () -> lines(made));
  }

  private List<StyledLine> lines(TokenView.Made made) {
    String ends =
        made.expiresAt() == null
            ? "does not expire"
            : "expires " + Ages.in(made.expiresAt(), context.now());
    return List.of(
        StyledLine.of("for " + made.name() + " (" + made.role() + "), " + ends + "; shown once:"),
        StyledLine.of(Style.STRONG, made.token()),
        StyledLine.of("whoever gets it runs this, which asks for the token:"),
        StyledLine.of("  pullcord login " + context.access().address()));
  }

  /** For the completion of the shell. */
  static final class Roles extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Roles() {
      super(List.of("wall", "viewer", "operator", "admin"));
    }
  }
}
