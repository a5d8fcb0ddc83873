package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.NodeFilter;
import dev.pullcord.protocol.api.PlanView;
import dev.pullcord.protocol.error.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pullcord plan}: what a commit would do where; changes nothing. */
@Command(
    name = "plan",
    description = "What a commit on the server would do on each node. Changes nothing.",
    footer = {
      "",
      "Examples:",
      "  git push origin HEAD:refs/heads/try && pullcord plan try",
      "  pullcord plan 3f2a91c -l role=grep",
      "  pullcord plan main -o json",
      "",
      "Exit 0 planned, 1 no node could run it: its manifest is bad, 2 no such commit",
      "or no node."
    })
public final class PlanVerb extends Verb {
  @Parameters(
      index = "0",
      paramLabel = "REF|COMMIT",
      description = "A branch, a tag, or a commit of at least 7 digits.")
  String commit = "";

  @Mixin NodeFilter filter = new NodeFilter();

  /** The verb. */
  public PlanVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    PlanView plan = Replies.need(context.server().plan(commit, filter.checked(context)));
    return View.of(plan, () -> new PlanLines(plan, commit, context.console().signs()).all())
        .ending(exitCode(plan));
  }

  private static ExitCode exitCode(PlanView plan) {
    if (!plan.problems().isEmpty()) {
      return ExitCode.FAILED;
    }
    return plan.groups().isEmpty() && plan.apart().isEmpty() ? ExitCode.USAGE : ExitCode.DONE;
  }
}
