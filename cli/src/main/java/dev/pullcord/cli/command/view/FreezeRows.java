package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.FreezeView;
import java.time.Instant;
import java.util.List;

/** Freezes as rows of a table. */
public final class FreezeRows {
  private FreezeRows() {}

  /** What is frozen, until when, by whom and why. */
  public static List<StyledLine> table(List<FreezeView> freezes, Instant now) {
    Table table = new Table("FROZEN", "OUTSIDE", "ENDS", "BY", "REASON");
    for (FreezeView freeze : freezes) {
      table.row(
          StyledLine.of(Style.STRONG, freeze.scope()),
          StyledLine.of(freeze.outside() == null ? "-" : freeze.outside()),
          StyledLine.of(Ages.in(freeze.expiresAt(), now)),
          StyledLine.of(freeze.owner()),
          StyledLine.of(freeze.reason()));
    }
    return table.lines();
  }
}
