package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.client.HoldCalls;
import dev.pullcord.protocol.api.OpenGateView;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code pullcord gates}: the pushes whose canaries try a commit now. */
@Command(
    name = "gates",
    description = "Pushes with -o gate that are under way, and their canaries.")
public final class GatesVerb extends Verb {
  /** The verb. */
  public GatesVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    OpenGateView.All gates = Replies.need(new HoldCalls(context.server()).gates());
    return gates.gates().isEmpty()
        ? View.of(gates, "no gate is open")
        : View.of(gates, () -> table(gates.gates()));
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
