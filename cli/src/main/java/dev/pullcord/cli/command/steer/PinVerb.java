package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.OneByOne;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.mixin.ForAWhile;
import dev.pullcord.cli.mixin.NodesAndRef;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.client.HoldCalls;
import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.error.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pullcord pin NODE… REF}: another ref for a while, with a reason and an end. */
@Command(name = "pin", description = "Let nodes run another branch, tag or commit for a while.")
public final class PinVerb extends Verb {
  @Mixin NodesAndRef asked = new NodesAndRef();
  @Mixin ForAWhile time = new ForAWhile();

  @Option(
      names = "--even-frozen",
      description = "Do not wait for the end of a freeze or for a window.")
  boolean evenFrozen;

  /** The verb. */
  public PinVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    PinView.Request request =
        new PinView.Request(
            asked.ref(), time.duration(), time.reason(), evenFrozen ? Boolean.TRUE : null);
    HoldCalls holds = new HoldCalls(context.server());
    View pinned =
        new OneByOne<PinView>(context)
            .ask(asked.nodes(context), node -> holds.pin(node, request), PinVerb::line)
            .answers(PinView.All::new);
    // The pins are made: where this is not answered there is a hint less, and no failure.
    if (pinned.exitCode().get() == ExitCode.DONE
        && !evenFrozen
        && holds.freezes() instanceof ServerReply.Got<FreezeView.All>(FreezeView.All frozen)
        && !frozen.freezes().isEmpty()) {
      context.tell(
          "where something is frozen (pullcord freezes) the pin waits for the end;"
              + " with --even-frozen it does not");
    }
    return pinned;
  }

  /** What it ran, what it is to run, and what after that. */
  private static String line(NodeView node, PinView pin) {
    return "%s ran %s at %s, is pinned to %s (%s) until %s, then %s again"
        .formatted(
            node.name(),
            NodeRows.effectiveRef(node),
            NodeRows.brief(node.appliedCommit()),
            pin.ref(),
            pin.commit().abbreviated(),
            Ages.moment(pin.expiresAt()),
            node.ref());
  }
}
