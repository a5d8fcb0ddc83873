package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.server.dashboard.fleet.FleetSheet.Count;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Cuts a bar that is 100 wide into the shares of the states. */
final class FleetBar {
  private FleetBar() {}

  static List<FleetSheet.Part> of(Collection<Count> counts, int total) {
    List<FleetSheet.Part> parts = new ArrayList<>();
    double x = 0;
    // What is well comes first, as in every progress bar; the list of nodes is the other way round.
    List<Count> wellFirst =
        counts.stream().sorted(Comparator.comparing(Count::state).reversed()).toList();
    for (Count count : wellFirst) {
      double width = Math.round(10_000.0 * count.nodes() / total) / 100.0;
      parts.add(new FleetSheet.Part(count.state(), x, width));
      x = Math.round(100 * (x + width)) / 100.0;
    }
    return parts;
  }
}
