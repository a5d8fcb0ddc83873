package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.FreezeScope;
import dev.pullcord.client.HoldCalls;
import dev.pullcord.protocol.api.FreezeView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pullcord unfreeze}: ends a freeze of exactly that branch and those labels. */
@Command(
    name = "unfreeze",
    description = "End a freeze: name the branch and labels that it was made with.")
public final class UnfreezeVerb extends Verb {
  @Mixin FreezeScope scope = new FreezeScope();

  /** The verb. */
  public UnfreezeVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    Replies.need(new HoldCalls(context.server()).unfreeze(scope.ref(), scope.labels()));
    FreezeView.All left = Replies.need(new HoldCalls(context.server()).freezes());
    return View.of(
        left,
        "thawed; "
            + (left.freezes().isEmpty()
                ? "nothing is frozen now"
                : "still frozen: pullcord freezes"));
  }
}
