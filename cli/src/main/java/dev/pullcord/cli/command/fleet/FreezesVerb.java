package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.FreezeRows;
import dev.pullcord.client.HoldCalls;
import dev.pullcord.protocol.api.FreezeView;
import picocli.CommandLine.Command;

/** {@code pullcord freezes}: all of them. */
@Command(name = "freezes", description = "What is frozen, until when, by whom and why.")
public final class FreezesVerb extends Verb {
  /** The verb. */
  public FreezesVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    FreezeView.All freezes = Replies.need(new HoldCalls(context.server()).freezes());
    return freezes.freezes().isEmpty()
        ? View.of(freezes, "nothing is frozen")
        : View.of(freezes, () -> FreezeRows.table(freezes.freezes(), context.now()));
  }
}
