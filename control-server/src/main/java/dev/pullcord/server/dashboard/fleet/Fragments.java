package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.fleet.FleetFeed.Edition;
import dev.pullcord.server.dashboard.fleet.FleetSheet.RefLine;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes what an open page puts into itself from one edition to the next: only what differs, and
 * the same for every address of the page, so that a page leaves out what it does not show. What
 * moves cells about (nodes that come or go, labels) is not a change: the page is fetched anew.
 */
final class Fragments {
  /** When more nodes than this differ, it is less to fetch the page anew. */
  static final int CELLS_MAX = 500;

  /** When more rows than this differ they are fetched; cells are told at once. */
  static final int ROWS_MAX = 50;

  private final Html html;
  private final Html.Frame frame;
  private final InstantSource clock;

  /**
   * What differs.
   *
   * @param from the mark of the page that it is a change to
   * @param to the mark of the page after it
   * @param verdict null when it is the same
   * @param recent the last deployments; null when they are the same
   * @param refs branches that differ, by the id of their element
   * @param cells of nodes that differ
   * @param rows of the same nodes; null when there are too many
   * @param seen when nodes with rows were last seen of which nothing else changed, by id
   */
  record Patch(
      String from,
      String to,
      @Nullable String verdict,
      @Nullable String recent,
      Map<String, String> refs,
      List<CellPatch> cells,
      @Nullable List<RowPatch> rows,
      Map<String, String> seen) {
    boolean nothing() {
      return verdict == null
          && recent == null
          && refs.isEmpty()
          && cells.isEmpty()
          && seen.isEmpty();
    }
  }

  /** A cell: its id, classes, sign and label. */
  record CellPatch(String id, String css, String sign, String label) {}

  /**
   * A row.
   *
   * @param id of its element
   * @param cell id of the same node's cell
   * @param note whether it is shown in a large fleet too
   */
  record RowPatch(String id, String cell, boolean note, String html) {}

  Fragments(Html html, Html.Frame frame, InstantSource clock) {
    this.html = html;
    this.frame = frame;
    this.clock = clock;
  }

  /** As JSON; empty when nothing differs, null when the page has to be fetched anew. */
  @Nullable String patch(Edition before, Edition after) {
    List<RefLine> refs = after.model().refs();
    // Whoever may end a freeze has a form of his own, which is not for others.
    boolean sameHolds = before.model().holds().equals(after.model().holds());
    if (before.model().nodes().isEmpty() || !sameHolds || !sameRefs(before.model().refs(), refs)) {
      return null;
    }
    Map<String, FleetLine> old = new LinkedHashMap<>();
    before.model().nodes().forEach(n -> old.put(n.name(), n));
    List<FleetLine> changed = new ArrayList<>();
    Map<String, String> seen = new LinkedHashMap<>();
    boolean small = after.model().nodes().size() <= FleetView.ALL_MAX;
    for (FleetLine row : after.model().nodes()) {
      FleetLine was = old.remove(row.name());
      if (was == null || !was.facts().tags().equals(row.facts().tags())) {
        return null;
      }
      if (!sameButSeen(was, row)) {
        changed.add(row);
      } else if (row.facts().lastSeen() != null
          && !was.equals(row)
          && (small || row.ofNote())
          && seen.size() < FleetView.ROWS_MAX) {
        seen.put(row.id(), row.facts().lastSeen().iso());
      }
    }
    if (!old.isEmpty() || changed.size() > CELLS_MAX) {
      return null;
    }
    Patch patch = write(before, after, changed, seen);
    return patch.nothing() ? "" : PullcordJson.write(patch);
  }

  private Patch write(
      Edition before, Edition after, List<FleetLine> changed, Map<String, String> seen) {
    Instant now = clock.instant();
    FleetSheet model = after.model();
    boolean same = before.model().withoutRefs().equals(model.withoutRefs());
    Map<String, String> refs = new LinkedHashMap<>();
    for (int i = 0; i < model.refs().size(); i++) {
      if (!model.refs().get(i).equals(before.model().refs().get(i))) {
        FleetPages.Branch branch =
            new FleetPages.Branch(frame, "ref-" + i, model.refs().get(i), now);
        refs.put(branch.id(), html.text("fleet/ref.jte", branch));
      }
    }
    return new Patch(
        before.mark(),
        after.mark(),
        same ? null : html.text("fleet/top.jte", new FleetPages.Top(frame, model, now)),
        before.model().recent().equals(model.recent())
            ? null
            : html.text("fleet/recent.jte", Map.of("deployments", model.recent(), "now", now)),
        refs,
        changed.stream()
            .map(n -> new CellPatch(n.cell(), n.css(), n.state().sign(), n.label()))
            .toList(),
        changed.size() > ROWS_MAX ? null : changed.stream().map(n -> row(n, now)).toList(),
        seen);
  }

  private RowPatch row(FleetLine node, Instant now) {
    return new RowPatch(
        node.id(),
        node.cell(),
        node.ofNote(),
        html.text("fleet/row.jte", new FleetPages.Line(node, frame.links(), now)));
  }

  private static boolean sameRefs(List<RefLine> one, List<RefLine> other) {
    return one.stream()
        .map(RefLine::ref)
        .toList()
        .equals(other.stream().map(RefLine::ref).toList());
  }

  private static boolean sameButSeen(FleetLine one, FleetLine other) {
    return (one.facts().lastSeen() == null) == (other.facts().lastSeen() == null)
        && one.unseen().equals(other.unseen());
  }
}
