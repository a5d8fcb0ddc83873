package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.BranchOrNode;
import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.Confirmed;
import dev.pullcord.cli.mixin.Reasons;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.HoldCalls;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.id.CommitId;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord rollback REF}: back to an earlier commit, until a newer one is pushed. */
@Command(
    name = "rollback",
    description = {
      "Go back to an earlier commit of a branch. It holds until a newer one is pushed.",
      "A second one without --to goes back further; it asks before."
    })
public final class RollbackVerb extends Verb {
  @Parameters(index = "0", paramLabel = "REF", description = "The branch.")
  String ref = "";

  @Option(
      names = "--to",
      paramLabel = "COMMIT",
      description =
          "A commit of the branch, or a tag; default: the last commit that converged before the"
              + " present one.")
  @Nullable String to;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why; others read it. Needed, but for --end.")
  @Nullable String reason;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description =
          "When it ends by itself: 2h, 2026-11-30T08:00:00Z; default: with a newer commit.")
  @Nullable String until;

  @Option(
      names = "--end",
      description = "End the rollback: go on to the newest commit of the branch.")
  boolean end;

  @Mixin Confirmed confirmed = new Confirmed();

  /** The verb. */
  public RollbackVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    if (end) {
      return ended();
    }
    if (reason == null) {
      throw Failure.usage("--reason TEXT is missing: why; others read it");
    }
    String why = Reasons.checked(reason);
    CommitId head = to == null ? insistOnGoingFurther() : null;
    RollbackView.Request request = new RollbackView.Request(to, why, until, head);
    RollbackView made =
        BranchOrNode.branch(
            context,
            ref,
            "pullcord pin lets a node run something else",
            new HoldCalls(context.server()).rollback(ref, request));
    String lasts =
        made.until() == null
            ? "until a newer commit is pushed"
            : "until " + Ages.moment(made.until());
    String page =
        made.deployment() == null
            ? "; no node follows it now"
            : "; follow it: pullcord wait " + made.commit().abbreviated();
    return View.of(
        made,
        "%s is rolled back from %s to %s %s%s"
            .formatted(
                made.ref(), made.from().abbreviated(), made.commit().abbreviated(), lasts, page));
  }

  /**
   * Whoever types it twice does not mean two commits back. The branch's head, as the question names
   * it; null where nothing is asked.
   */
  private @Nullable CommitId insistOnGoingFurther() {
    RollbackView present =
        Replies.need(context.server().fleet()).refs().stream()
            .filter(r -> r.ref().equals(ref))
            .flatMap(r -> Stream.ofNullable(r.rollback()))
            .findFirst()
            .orElse(null);
    if (present == null) {
      return null;
    }
    confirmed.insist(
        context,
        "%s is rolled back already, from %s to %s by %s: %s. Go back further?"
            .formatted(
                ref,
                present.from().abbreviated(),
                present.commit().abbreviated(),
                present.owner(),
                present.reason()),
        "--yes to go back further than " + present.commit().abbreviated() + ", or --to COMMIT");
    return present.from();
  }

  private View ended() {
    if (to != null || reason != null || until != null) {
      throw Failure.usage("--end stands alone");
    }
    Replies.need(new HoldCalls(context.server()).endRollback(ref));
    return View.of(
        new Ended(ref), "the rollback of " + ref + " has ended; its nodes go on to its head");
  }

  /**
   * The same for programs.
   *
   * @param ended the branch
   */
  record Ended(String ended) {}
}
