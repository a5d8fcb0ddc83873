package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.OneByOne;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.mixin.NodesAndRef;
import dev.pullcord.cli.mixin.Times;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pullcord pin NODE… REF}: another ref for a while, with a reason and an end. */
@Command(
    name = "pin",
    description = "Let nodes run another branch, tag or commit for a while, with a reason.")
public final class PinVerb extends Verb {
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(365);
  @Mixin NodesAndRef asked = new NodesAndRef();

  @Option(
      names = "--for",
      required = true,
      paramLabel = "TIME",
      description = "How long: 1m to 365d.")
  String duration = "";

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for whoever wonders.")
  String reason = "";

  /** The verb. */
  public PinVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    PinView.Request request = new PinView.Request(asked.ref(), checkedDuration(), checkedReason());
    return new OneByOne<PinView>(context)
        .ask(asked.nodes(context), node -> context.server().pin(node, request), PinVerb::line)
        .answers(PinView.All::new);
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
            pin.expiresAt(),
            node.ref());
  }

  private String checkedDuration() {
    Duration length = Times.parse("--for", duration);
    if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
      throw Failure.usage("--for " + duration + ": 1m to 365d expected");
    }
    return duration;
  }

  private String checkedReason() {
    int length = reason.strip().length();
    if (length == 0 || length > 500) {
      throw Failure.usage("--reason has " + length + " characters: 1 to 500 expected");
    }
    return reason.strip();
  }
}
