package dev.pullcord.cli.command.repository;

import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The upstream and its refs, for people. */
final class UpstreamLines {
  private UpstreamLines() {}

  static List<StyledLine> of(UpstreamView upstream, Instant now) {
    List<StyledLine> lines = new ArrayList<>();
    String looked =
        upstream.lastFetch() == null
            ? "never fetched"
            : "fetched " + Ages.ago(upstream.lastFetch(), now);
    boolean ok = upstream.state().equals("ok");
    lines.add(
        StyledLine.of(Style.STRONG, upstream.url())
            .add("  ")
            .add(ok ? Style.GOOD : Style.BIG_BAD, upstream.state())
            .add(Style.FAINT, "  (" + looked + ")"));
    if (!upstream.reason().isEmpty()) {
      lines.add(StyledLine.coded(upstream.reason()));
    }
    if (upstream.refs().isEmpty()) {
      return lines;
    }
    lines.add(StyledLine.EMPTY);
    Table table = new Table("REF", "UPSTREAM", "DEPLOYED", "PROBLEM");
    for (UpstreamView.Ref ref : upstream.refs()) {
      table.row(
          StyledLine.of(Style.STRONG, ref.ref()),
          StyledLine.of(ref.rewritten() && ref.commit() == null ? "deleted" : brief(ref.commit())),
          StyledLine.of(brief(ref.deployed())),
          StyledLine.coded(ref.problem()));
    }
    lines.addAll(table.lines());
    return lines;
  }

  private static String brief(@Nullable CommitId commit) {
    return commit == null ? "-" : commit.abbreviated();
  }
}
