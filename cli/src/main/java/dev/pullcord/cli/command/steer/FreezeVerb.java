package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.BranchOrNode;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.ForAWhile;
import dev.pullcord.cli.mixin.FreezeScope;
import dev.pullcord.client.HoldCalls;
import dev.pullcord.protocol.api.FreezeView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pullcord freeze}: nothing new is activated for a while, with a reason and an end. */
@Command(
    name = "freeze",
    description =
        "Keep nodes on what they run, for a while. All of them, those of a branch, or those with"
            + " labels.")
public final class FreezeVerb extends Verb {
  @Mixin FreezeScope scope = new FreezeScope();
  @Mixin ForAWhile time = new ForAWhile();

  @Option(
      names = "--outside",
      paramLabel = "HOURS",
      description = "Only outside these hours: \"mon-fri 08:00-18:00\".")
  @Nullable String outside;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "The time zone of these hours: Europe/Berlin; default: UTC.")
  @Nullable String zone;

  /** The verb. */
  public FreezeVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    FreezeView.Request request =
        new FreezeView.Request(
            scope.ref(), scope.labels(), time.duration(), time.reason(), outside, zone);
    String ref = scope.ref();
    FreezeView made =
        BranchOrNode.branch(
            context,
            ref == null ? "" : ref,
            "pullcord pin holds a node",
            new HoldCalls(context.server()).freeze(request));
    return View.of(made, made.scope() + " is " + made.text());
  }
}
