package dev.pullcord.cli.command.alert;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.client.AlertCalls;
import dev.pullcord.protocol.api.AlertsView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord alerts retry ID}: try a message again now. */
@Command(
    name = "retry",
    description =
        "Send a message now that waits or was given up; if it fails, go on for another day.")
public final class AlertsRetryVerb extends Verb {
  @Parameters(index = "0", paramLabel = "ID", description = "As pullcord alerts shows it.")
  long id;

  /** The verb. */
  public AlertsRetryVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    AlertsView.Message message = Replies.need(new AlertCalls(context.server()).retry(id));
    return View.of(
        message,
        "message "
            + id
            + " to "
            + message.receiver()
            + " is tried again; pullcord alerts shows how"
            + " that ends");
  }
}
