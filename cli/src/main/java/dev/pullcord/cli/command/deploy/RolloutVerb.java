package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.RolloutLines;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.RolloutCalls;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.yaml.DidYouMean;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord rollout [REF|ID]}: how a deployment spreads, wave by wave. */
@Command(name = "rollout", description = "How a deployment spreads over its nodes, wave by wave.")
public final class RolloutVerb extends Verb {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "REF|ID",
      description = "A branch, or the number of a deployment; default: a line for each branch.")
  @Nullable String which;

  /** The verb. */
  public RolloutVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    String word = which;
    RolloutView.All all = Replies.need(new RolloutCalls(context.server()).all());
    if (word == null) {
      return all.rollouts().isEmpty()
          ? View.of(all, "nothing was deployed yet")
          : View.of(all, () -> RolloutLines.table(all.rollouts()));
    }
    Optional<RolloutView> ofBranch =
        all.rollouts().stream().filter(r -> r.ref().equals(word)).findFirst();
    if (ofBranch.isEmpty() && !word.matches("[0-9]{1,18}")) {
      throw new Failure(ExitCode.REFUSED, missing(word, all.rollouts()));
    }
    RolloutView rollout =
        ofBranch.orElseGet(
            () -> Replies.need(new RolloutCalls(context.server()).one(Long.parseLong(word))));
    return View.of(rollout, () -> RolloutLines.page(rollout));
  }

  private static String missing(String word, List<RolloutView> rollouts) {
    List<String> refs = rollouts.stream().map(RolloutView::ref).toList();
    return "nothing was deployed from branch "
        + word
        + (refs.isEmpty() ? "" : "; there are: " + String.join(", ", refs))
        + DidYouMean.of(word, refs);
  }
}
