package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Answers;
import dev.pullcord.cli.command.Desk;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.view.PinRows;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.error.ExitCode;
import picocli.CommandLine.Command;

/** {@code pullcord pins}: all of them. */
@Command(name = "pins", description = "Who is pinned to what, until when, by whom and why.")
public final class Pins extends Verb {
  /** The verb. */
  public Pins(Desk desk) {
    super(desk);
  }

  @Override
  protected ExitCode run() {
    PinView.All pins = Answers.need(desk.server().pins());
    if (desk.json()) {
      desk.console().json(pins);
    } else if (pins.pins().isEmpty()) {
      desk.console().line("no pins");
    } else {
      desk.console().lines(PinRows.table(pins.pins(), desk.now()));
    }
    return ExitCode.DONE;
  }
}
