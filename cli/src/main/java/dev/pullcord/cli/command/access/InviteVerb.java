package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.unit.Durations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pullcord invite}: a join token, shown once. */
@Command(name = "invite", description = "Make a join token for new nodes; it is shown once.")
public final class InviteVerb extends Verb {
  @Option(
      names = "--name-pattern",
      paramLabel = "GLOB",
      description = "Names that may join: grep-*; any when left out.")
  @Nullable String namePattern;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "A label of the nodes; may be repeated.")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--ref",
      paramLabel = "REF",
      description = "A branch that they may follow, the first by default; may be repeated.")
  List<String> refs = new ArrayList<>();

  @Option(names = "--uses", paramLabel = "N", description = "How many may join, 1 to 1000.")
  @Nullable Integer uses;

  @Option(names = "--ttl", paramLabel = "TIME", description = "How long it works: 1h, at most 30d.")
  @Nullable String ttl;

  /** The verb. */
  public InviteVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    check();
    Invitation invitation =
        Replies.need(
            context
                .server()
                .invite(
                    new Invitation.Request(
                        namePattern,
                        labels.isEmpty() ? null : labels,
                        refs.isEmpty() ? null : refs,
                        uses,
                        ttl)));
    if (invitation.note() != null) {
      context.console().error(invitation.note());
    }
    if (context.json()) {
      context.console().json(invitation);
      return ExitCode.DONE;
    }
    int times = uses == null ? 1 : uses;
    context
        .console()
        .line(
            "for "
                + (times == 1 ? "one node" : times + " nodes")
                + ", ends "
                + Ages.in(invitation.expiresAt(), context.now()));
    context.console().line(StyledLine.of(Style.STRONG, invitation.token()));
    context.console().line("on the new node, which asks for the token:");
    context.console().line(StyledLine.of("  " + invitation.command()));
    return ExitCode.DONE;
  }

  private void check() {
    if (uses != null && (uses < 1 || uses > 1000)) {
      throw Failure.usage("--uses " + uses + ": 1 to 1000 expected");
    }
    if (ttl != null) {
      try {
        Durations.parse(ttl);
      } catch (IllegalArgumentException e) {
        throw new Failure(ExitCode.USAGE, "--ttl: " + e.getMessage(), e);
      }
    }
  }
}
