package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.PinView;
import java.time.Instant;
import java.util.List;

/** Pins as rows of a table. */
public final class PinRows {
  private PinRows() {}

  /** Who is pinned to what, until when, by whom and why. */
  public static List<StyledLine> table(List<PinView> pins, Instant now) {
    Table table = new Table("NODE", "REF", "COMMIT", "ENDS", "BY", "REASON");
    for (PinView pin : pins) {
      table.row(
          StyledLine.of(Style.STRONG, pin.node().value()),
          StyledLine.of(pin.ref()),
          StyledLine.of(pin.commit().abbreviated()),
          StyledLine.of(Ages.in(pin.expiresAt(), now)),
          StyledLine.of(pin.owner()),
          StyledLine.of(pin.reason()));
    }
    return table.lines();
  }
}
