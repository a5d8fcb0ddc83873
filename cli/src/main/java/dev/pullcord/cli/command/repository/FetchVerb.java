package dev.pullcord.cli.command.repository;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.error.ExitCode;
import picocli.CommandLine.Command;

/** {@code pullcord fetch}: look at the upstream now. */
@Command(
    name = "fetch",
    description =
        "Fetch from the upstream now. Exit 0 when the server has all of it, 1 when a ref is held"
            + " back.")
public final class FetchVerb extends Verb {
  /** The verb. */
  public FetchVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    UpstreamView upstream = Replies.need(context.server().fetch());
    boolean all =
        upstream.failingSince() == null
            && upstream.refs().stream().allMatch(UpstreamView.Ref::deployable);
    return View.of(upstream, () -> UpstreamLines.of(upstream, context.now()))
        .ending(all ? ExitCode.DONE : ExitCode.FAILED);
  }
}
