package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.Lifetime;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.Invitation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin Lifetime lifetime = new Lifetime();

  /** The verb. */
  public InviteVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    if (uses != null && (uses < 1 || uses > 1000)) {
      throw Failure.usage("--uses " + uses + ": 1 to 1000 expected");
    }
    Invitation.Request asked =
        new Invitation.Request(
            namePattern,
            labels.isEmpty() ? null : labels,
            refs.isEmpty() ? null : refs,
            uses,
            lifetime.checked());
    Invitation invitation = Replies.need(context.server().invite(asked));
    if (invitation.note() != null) {
      context.console().error(invitation.note());
    }
    return View.of(invitation, () -> lines(invitation));
  }

  private List<StyledLine> lines(Invitation invitation) {
    String nodes = uses == null || uses == 1 ? "one node" : uses + " nodes";
    String ends = Ages.in(invitation.expiresAt(), context.now());
    return List.of(
        StyledLine.of("for " + nodes + ", ends " + ends),
        StyledLine.of(Style.STRONG, invitation.token()),
        StyledLine.of("on the new node, which asks for the token:"),
        StyledLine.of("  " + invitation.command()));
  }
}
