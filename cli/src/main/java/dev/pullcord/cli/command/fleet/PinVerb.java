package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.OneByOne;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerClient;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord pin NODE… REF}: another ref for a while, with a reason and an end. */
@Command(
    name = "pin",
    description = "Let nodes run another branch, tag or commit for a while, with a reason.")
public final class PinVerb extends Verb {
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(365);

  @Parameters(
      paramLabel = "NODE... REF",
      arity = "1..*",
      hideParamSyntax = true,
      description = "The nodes, and last a branch, a tag or a commit.")
  List<String> words = new ArrayList<>();

  @Mixin NodeSelector selector = new NodeSelector();

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
  protected ExitCode run() {
    NamesAndRef asked = NamesAndRef.of(words, selector.labels);
    PinView.Request request = new PinView.Request(asked.ref(), checkedDuration(), checkedReason());
    ServerClient server = context.server();
    List<NodeView> nodes = Selection.resolve(server, asked.names(), selector.labels);
    if (!context.json()) {
      for (NodeView node : nodes) {
        String until = node.pin() == null ? "" : " (a pin that this replaces)";
        String now = NodeRows.effectiveRef(node) + " at " + NodeRows.brief(node.appliedCommit());
        context
            .console()
            .line(
                node.name()
                    + " runs "
                    + now
                    + until
                    + ", will run "
                    + asked.ref()
                    + " for "
                    + duration
                    + ", then "
                    + node.ref()
                    + " again");
      }
    }
    List<PinView> pins = new ArrayList<>();
    ExitCode code =
        OneByOne.run(
            context,
            nodes,
            node -> server.pin(node, request),
            (node, pin) -> {
              pins.add(pin);
              if (!context.json()) {
                context
                    .console()
                    .line(
                        "pinned "
                            + node.name()
                            + " to "
                            + pin.ref()
                            + " ("
                            + pin.commit().abbreviated()
                            + ") until "
                            + pin.expiresAt());
              }
            });
    if (context.json()) {
      context.console().json(new PinView.All(pins));
    }
    return code;
  }

  private String checkedDuration() {
    try {
      Duration asked = Durations.parse(duration);
      if (asked.compareTo(SHORTEST) < 0 || asked.compareTo(LONGEST) > 0) {
        throw Failure.usage("--for " + duration + ": 1m to 365d expected");
      }
      return duration;
    } catch (IllegalArgumentException e) {
      throw new Failure(ExitCode.USAGE, "--for: " + e.getMessage(), e);
    }
  }

  private String checkedReason() {
    int length = reason.strip().length();
    if (length == 0 || length > 500) {
      throw Failure.usage("--reason has " + length + " characters: 1 to 500 expected");
    }
    return reason.strip();
  }
}
