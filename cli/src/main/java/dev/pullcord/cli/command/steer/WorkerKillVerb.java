package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.NodeArgument;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord worker kill}: ends a generation the hard way. */
@Command(
    name = "kill",
    description = "Kill a generation with SIGKILL; what it works on is lost or done again.")
public final class WorkerKillVerb extends Verb {
  @Mixin NodeArgument node = new NodeArgument();

  @Parameters(
      index = "1",
      paramLabel = "GENERATION",
      description = "The number that pullcord ps NODE shows.")
  long generation;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why; others read it.")
  String reason = "";

  /** The verb. */
  public WorkerKillVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    NodeName name = node.name();
    Replies.need(context.server().kill(name, generation, reason));
    return new View(
        () -> node.view(context),
        () ->
            List.of(StyledLine.of("generation " + generation + " of " + name + " is being killed")),
        () -> ExitCode.DONE);
  }
}
