package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.unit.Durations;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord tokens create}: a token, shown once. */
@Command(name = "create", description = "Make a token; it is shown once.")
public final class TokenCreateVerb extends Verb {
  @Parameters(index = "0", paramLabel = "NAME", description = "Whom it stands for: ann, ci.")
  String name = "";

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      required = true,
      description = "viewer, operator or admin.")
  String role = "";

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      description = "How long it works: 90d; for ever when left out.")
  @Nullable String ttl;

  /** The verb. */
  public TokenCreateVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    if (ttl != null) {
      try {
        Durations.parse(ttl);
      } catch (IllegalArgumentException e) {
        throw new Failure(ExitCode.USAGE, "--ttl: " + e.getMessage(), e);
      }
    }
    TokenView.Made made =
        Replies.need(context.server().createToken(new TokenView.Request(name, role, ttl)));
    if (context.json()) {
      context.console().json(made);
      return ExitCode.DONE;
    }
    String ends =
        made.expiresAt() == null
            ? "does not expire"
            : "expires " + Ages.in(made.expiresAt(), context.now());
    context
        .console()
        .line("for " + made.name() + " (" + made.role() + "), " + ends + "; shown once:");
    context.console().line(StyledLine.of(Style.STRONG, made.token()));
    context.console().line("whoever gets it runs this, which asks for the token:");
    context.console().line("  pullcord login " + context.access().address());
    return ExitCode.DONE;
  }
}
