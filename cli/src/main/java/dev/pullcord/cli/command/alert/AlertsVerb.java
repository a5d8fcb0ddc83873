package dev.pullcord.cli.command.alert;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.client.AlertCalls;
import dev.pullcord.protocol.api.AlertsView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code pullcord alerts}: who is told outside, and what waits to be told. */
@Command(
    name = "alerts",
    description =
        "The receivers of alerts, and the newest messages. Those that wait are shown too.")
public final class AlertsVerb extends Verb {
  private static final int SHOWN = 30;

  /** The verb. */
  public AlertsVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    AlertsView alerts = Replies.need(new AlertCalls(context.server()).alerts());
    return View.of(alerts, () -> lines(alerts));
  }

  private List<StyledLine> lines(AlertsView alerts) {
    if (alerts.receivers().isEmpty()) {
      return List.of(StyledLine.of("nobody is told: alerts in server.yaml names receivers"));
    }
    Table receivers = new Table("RECEIVER", "KIND", "WHERE", "WAITING");
    alerts
        .receivers()
        .forEach(r ->
            receivers.row(
                StyledLine.of(Style.STRONG, r.name()),
                StyledLine.of(r.kind()),
                StyledLine.of(r.target()),
                StyledLine.of(Integer.toString(r.waiting()))));
    List<StyledLine> lines = new ArrayList<>(receivers.lines());
    if (alerts.messages().isEmpty()) {
      return lines;
    }
    lines.add(StyledLine.EMPTY);
    Table messages = new Table("ID", "MADE", "TO", "STATE", "MESSAGE");
    alerts.messages().stream()
        .limit(SHOWN)
        .forEach(m ->
            messages.row(
                StyledLine.of(Long.toString(m.id())),
                StyledLine.of(Ages.ago(m.createdAt(), context.now())),
                StyledLine.of(m.receiver()),
                StyledLine.of(style(m), state(m)),
                StyledLine.of(m.title())));
    lines.addAll(messages.lines());
    return lines;
  }

  private static Style style(AlertsView.Message message) {
    return switch (message.state()) {
      case "delivered" -> Style.GOOD;
      case "given-up" -> Style.BIG_BAD;
      default -> Style.STRONG;
    };
  }

  private String state(AlertsView.Message message) {
    Instant next = message.nextAt();
    String problem = message.problem().isEmpty() ? "" : ": " + message.problem();
    return message.state()
        + (next == null || message.tries() == 0 ? "" : ", again " + Ages.in(next, context.now()))
        + problem;
  }
}
