package dev.pullcord.cli.command.repository;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.protocol.api.UpstreamView;
import picocli.CommandLine.Command;

/** {@code pullcord upstream}: the repository that the server mirrors. */
@Command(
    name = "upstream",
    description =
        "The repository that the server mirrors, and its refs. It says which are held back, and"
            + " why.")
public final class UpstreamVerb extends Verb {
  /** The verb. */
  public UpstreamVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    UpstreamView upstream = Replies.need(context.server().upstream());
    return View.of(upstream, () -> UpstreamLines.of(upstream, context.now()));
  }
}
