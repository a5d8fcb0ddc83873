package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.PinRows;
import dev.pullcord.client.HoldCalls;
import dev.pullcord.protocol.api.PinView;
import picocli.CommandLine.Command;

/** {@code pullcord pins}: all of them. */
@Command(name = "pins", description = "Who is pinned to what, until when, by whom and why.")
public final class PinsVerb extends Verb {
  /** The verb. */
  public PinsVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    PinView.All pins = Replies.need(new HoldCalls(context.server()).pins());
    return pins.pins().isEmpty()
        ? View.of(pins, "no pins")
        : View.of(pins, () -> PinRows.table(pins.pins(), context.now()));
  }
}
