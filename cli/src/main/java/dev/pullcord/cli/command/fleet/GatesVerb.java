package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.client.HoldCalls;
import dev.pullcord.protocol.api.OpenGateView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Quoted;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pullcord gates}: the pushes whose canaries try a commit now. */
@Command(
    name = "gates",
    description = "Pushes with -o gate that are under way, each with its canaries. Or end one.")
public final class GatesVerb extends Verb {
  @Option(
      names = "--end",
      paramLabel = "BRANCH",
      description =
          "End the gate of this branch: its canary nodes go back, and its push is refused.")
  @Nullable String end;

  @Option(
      names = "--commit",
      paramLabel = "COMMIT",
      description = "With --end: only if this is the commit that it tries; at least 7 digits.")
  @Nullable String commit;

  /** The verb. */
  public GatesVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    HoldCalls calls = new HoldCalls(context.server());
    if (end != null) {
      Replies.need(calls.endGate(end, meant(calls, end)));
    } else if (commit != null) {
      throw Failure.usage("--commit says nothing without --end BRANCH");
    }
    OpenGateView.All gates = Replies.need(calls.gates());
    if (end != null) {
      String done = "the gate of " + end + " is ended: its canaries go back, its push is refused";
      return View.of(gates, done);
    }
    return gates.gates().isEmpty()
        ? View.of(gates, "no gate is open")
        : View.of(gates, () -> table(gates.gates()));
  }

  /** The whole commit that was named; the server compares it once more as it ends the gate. */
  private @Nullable CommitId meant(HoldCalls calls, String branch) {
    String digits = commit;
    if (digits == null) {
      return null;
    }
    if (!digits.matches("[0-9a-f]{7,40}")) {
      throw Failure.usage(
          "--commit " + Quoted.of(digits) + ": at least 7 digits of a commit expected");
    }
    return Replies.need(calls.gates()).gates().stream()
        .filter(gate -> gate.ref().equals(branch) && gate.commit().value().startsWith(digits))
        .map(OpenGateView::commit)
        .findFirst()
        .orElseThrow(() ->
            new Failure(
                ExitCode.REFUSED,
                "no gate tries %s for %s; look at them: pullcord gates".formatted(digits, branch)));
  }

  private List<StyledLine> table(List<OpenGateView> gates) {
    Table table = new Table("BRANCH", "COMMIT", "OPENED", "BY", "CANARY", "STATE");
    for (OpenGateView gate : gates) {
      for (OpenGateView.Canary canary : gate.canaries()) {
        table.row(
            StyledLine.of(Style.STRONG, gate.ref()),
            StyledLine.of(gate.commit().abbreviated()),
            StyledLine.of(Ages.ago(gate.openedAt(), context.now())),
            StyledLine.of(gate.owner()),
            StyledLine.of(canary.name().value()),
            StyledLine.of(canary.reason()));
      }
    }
    return table.lines();
  }
}
