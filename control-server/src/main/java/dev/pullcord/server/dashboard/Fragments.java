package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.dashboard.FleetModel.NodeRow;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes what an open page puts into itself: all of it, or, between two editions, only what
 * differs, so that five thousand rows are not sent again for one.
 */
final class Fragments {
  private final Html html;
  private final Html.Frame frame;
  private final InstantSource clock;

  /**
   * What differs.
   *
   * @param top verdict and branches; null when they are the same
   * @param rows new and changed ones from the last to the first, each put before a row that is
   *     there by then
   * @param gone ids of rows that are no more
   * @param seen when nodes were last seen of which nothing else changed, by id
   */
  record Patch(@Nullable String top, List<Row> rows, List<String> gone, Map<String, String> seen) {}

  /**
   * A row.
   *
   * @param before the id of the one after it; null at the end
   */
  record Row(String id, @Nullable String before, String html) {}

  Fragments(Html html, Html.Frame frame, InstantSource clock) {
    this.html = html;
    this.frame = frame;
    this.clock = clock;
  }

  String whole(FleetModel model) {
    return html.text("fragment.jte", view(model));
  }

  /** As JSON; null when the page has to be put in whole. */
  @Nullable String patch(FleetModel before, FleetModel after) {
    if (before.nodes().isEmpty() || after.nodes().isEmpty()) {
      return null;
    }
    return PullcordJson.write(between(before, after));
  }

  private Patch between(FleetModel before, FleetModel after) {
    Map<String, NodeRow> old = byName(before);
    Map<String, NodeRow> now = byName(after);
    Instant instant = clock.instant();
    List<Row> rows = new ArrayList<>();
    Map<String, String> seen = new LinkedHashMap<>();
    String next = null;
    for (NodeRow row : after.nodes().reversed()) {
      NodeRow was = old.get(row.name());
      if (was == null || !sameButSeen(was, row)) {
        rows.add(new Row(row.id(), next, html.text("row.jte", new Html.Row(row, instant))));
      } else if (row.facts().lastSeen() != null && !was.equals(row)) {
        seen.put(row.id(), row.facts().lastSeen().iso());
      }
      next = row.id();
    }
    List<String> gone =
        before.nodes().stream().filter(r -> !now.containsKey(r.name())).map(NodeRow::id).toList();
    String top =
        before.withoutNodes().equals(after.withoutNodes())
            ? null
            : html.text("top.jte", view(after));
    return new Patch(top, rows, gone, seen);
  }

  private static boolean sameButSeen(NodeRow one, NodeRow other) {
    return (one.facts().lastSeen() == null) == (other.facts().lastSeen() == null)
        && one.unseen().equals(other.unseen());
  }

  private Html.Fleet view(FleetModel model) {
    return new Html.Fleet(frame, model, clock.instant());
  }

  private static Map<String, NodeRow> byName(FleetModel model) {
    return model.nodes().stream().collect(Collectors.toMap(NodeRow::name, Function.identity()));
  }
}
