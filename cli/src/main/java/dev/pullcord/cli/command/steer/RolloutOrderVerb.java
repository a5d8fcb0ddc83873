package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.BranchOrNode;
import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.RolloutLines;
import dev.pullcord.cli.mixin.Reasons;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.RolloutCalls;
import dev.pullcord.protocol.api.RolloutAct;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.unit.ShellWord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord pause}, {@code resume} and {@code promote}: one act on a branch's rollout. */
public abstract sealed class RolloutOrderVerb extends Verb {
  private final RolloutAct act;

  @Parameters(index = "0", paramLabel = "REF", description = "The branch.")
  String ref = "";

  private RolloutOrderVerb(VerbContext context, RolloutAct act) {
    super(context);
    this.act = act;
  }

  @Override
  protected View run() {
    String suspension =
        act == RolloutAct.RESUME
            ? "pullcord resume-node " + ref + " ends its suspension"
            : "rollouts are of branches";
    RolloutCalls calls = new RolloutCalls(context.server());
    RolloutView.Request request = new RolloutView.Request(reason(), meant(calls));
    RolloutView rollout =
        BranchOrNode.branch(context, ref, suspension, calls.steer(ref, act, request));
    context.tell(act.past() + " the rollout to " + ref);
    return View.of(rollout, () -> RolloutLines.page(rollout));
  }

  /** Why; null where nobody says it. */
  abstract @Nullable String reason();

  /** The commit that the order is about; null for whatever is rolled out. */
  @Nullable CommitId meant(RolloutCalls calls) {
    return null;
  }

  /** {@code pullcord pause}. */
  @Command(name = "pause", description = "Pause a rollout: no further node gets the commit.")
  public static final class Pause extends RolloutOrderVerb {
    @Option(
        names = "--reason",
        required = true,
        paramLabel = "TEXT",
        description = "Why; others read it.")
    String reason = "";

    /** The verb. */
    public Pause(VerbContext context) {
      super(context, RolloutAct.PAUSE);
    }

    @Override
    String reason() {
      return Reasons.checked(reason);
    }
  }

  /** {@code pullcord resume}. */
  @Command(
      name = "resume",
      description = {
        "Go on with a rollout that was paused or has halted.",
        "To end the suspension of a node: pullcord resume-node NODE."
      })
  public static final class Resume extends RolloutOrderVerb {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; others read it.")
    @Nullable String reason;

    /** The verb. */
    public Resume(VerbContext context) {
      super(context, RolloutAct.RESUME);
    }

    @Override
    @Nullable String reason() {
      return reason;
    }
  }

  /** {@code pullcord promote}. */
  @Command(
      name = "promote",
      description = "Go on with a rollout without waiting for its canary nodes.")
  public static final class Promote extends RolloutOrderVerb {
    private static final String AT_LEAST_7_DIGITS = "[0-9a-f]{7,40}";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; others read it.")
    @Nullable String reason;

    @Option(
        names = "--commit",
        paramLabel = "COMMIT",
        description = "Only if this is the commit that is rolled out; at least 7 digits.")
    @Nullable String commit;

    /** The verb. */
    public Promote(VerbContext context) {
      super(context, RolloutAct.PROMOTE);
    }

    @Override
    @Nullable CommitId meant(RolloutCalls calls) {
      String digits = commit;
      if (digits == null) {
        return null;
      }
      if (!digits.matches(AT_LEAST_7_DIGITS)) {
        throw Failure.usage(
            "--commit " + Quoted.of(digits) + ": at least 7 digits of a commit expected");
      }
      return Replies.need(calls.all()).rollouts().stream()
          .filter(rollout -> rollout.ref().equals(ref))
          .map(RolloutView::commit)
          .filter(newest -> newest.value().startsWith(digits))
          .findFirst()
          .orElseThrow(() ->
              new Failure(
                  ExitCode.REFUSED,
                  "%s is not the commit that is rolled out to %s; look at it: pullcord rollout %s"
                      .formatted(digits, ref, ShellWord.of(ref))));
    }

    @Override
    @Nullable String reason() {
      return reason;
    }
  }
}
