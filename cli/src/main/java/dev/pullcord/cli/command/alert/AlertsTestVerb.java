package dev.pullcord.cli.command.alert;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.client.AlertCalls;
import dev.pullcord.protocol.api.AlertsView;
import dev.pullcord.protocol.error.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord alerts test NAME}: whether a receiver can be told. */
@Command(
    name = "test",
    description = "Send a test message to a receiver. Exit 0 when it was taken, 1 when it was not.")
public final class AlertsTestVerb extends Verb {
  @Parameters(index = "0", paramLabel = "NAME", description = "As alerts.receivers names it.")
  String name = "";

  /** The verb. */
  public AlertsTestVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    AlertsView.Test test = Replies.need(new AlertCalls(context.server()).test(name));
    return View.of(
            test,
            test.delivered()
                ? name
                    + " took the test message"
                    + (test.problem().isEmpty() ? "" : ": " + test.problem())
                : name + " was not told: " + test.problem())
        .ending(test.delivered() ? ExitCode.DONE : ExitCode.FAILED);
  }
}
