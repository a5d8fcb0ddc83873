package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.OpenGateView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.hold.HoldLinks;
import dev.pullcord.server.view.FleetReader;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A freeze, a rollback or an open gate, as the banner above the nodes says it.
 *
 * @param what {@code the fleet}, {@code main}, {@code main, role=grep}
 * @param text until when, by whom and why
 * @param ends when it ends by itself; null where that is left to a newer commit or a push
 * @param end where its end is shown before it is made
 */
record HoldLine(String what, String text, @Nullable Moment ends, String end) {
  static List<HoldLine> of(FleetReader reader, Fleet fleet) {
    Stream<HoldLine> back =
        fleet.refs().stream()
            .map(Fleet.Ref::rollback)
            .filter(Objects::nonNull)
            .map(HoldLine::rollback);
    return Stream.of(
            reader.freezes().stream().map(HoldLine::freeze),
            back,
            reader.gates().stream().map(HoldLine::gate))
        .flatMap(lines -> lines)
        .toList();
  }

  private static HoldLine freeze(FreezeView freeze) {
    return new HoldLine(
        FleetLineReader.cut(freeze.scope()),
        FleetLineReader.cut(freeze.text()),
        new Moment(freeze.expiresAt()),
        HoldLinks.freeze(freeze.ref(), freeze.selector()));
  }

  private static HoldLine gate(OpenGateView gate) {
    String canaries =
        gate.canaries().stream()
            .map(canary -> canary.name() + " (" + canary.reason() + ")")
            .collect(Collectors.joining(", "));
    String text =
        "gate of %s: %s is tried before %s moves to it: %s"
            .formatted(gate.owner(), gate.commit().abbreviated(), gate.ref(), canaries);
    return new HoldLine(
        FleetLineReader.cut(gate.ref()),
        FleetLineReader.cut(text),
        null,
        HoldLinks.gate(gate.ref()));
  }

  private static HoldLine rollback(RollbackView rollback) {
    return new HoldLine(
        FleetLineReader.cut(rollback.ref()),
        FleetLineReader.cut(rollback.text()),
        rollback.until() == null ? null : new Moment(rollback.until()),
        HoldLinks.rollback(rollback.ref()));
  }
}
