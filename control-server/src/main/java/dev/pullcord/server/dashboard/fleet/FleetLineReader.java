package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.dashboard.fleet.FleetLine.Drain;
import dev.pullcord.server.dashboard.fleet.FleetLine.Facts;
import dev.pullcord.server.dashboard.fleet.FleetLine.PinLine;
import dev.pullcord.server.dashboard.fleet.FleetLine.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the page's line of a node, with texts that are cut to a bound. */
final class FleetLineReader {
  private static final int TEXT_MAX = 500;

  private FleetLineReader() {}

  static FleetLine of(NodeView node) {
    return new FleetLine(
        node.name().value(),
        StateSign.of(node.state()),
        new Moment(node.since()),
        cut(node.reason()),
        new Version(commit(node.appliedCommit()), commit(node.targetCommit())),
        cut(node.ref()),
        pin(node.pin()),
        new Facts(
            node.labels(),
            drains(node),
            unproven(node),
            node.drift() == null ? null : cut(node.drift().reason()),
            node.lastSeen() == null ? null : new Moment(node.lastSeen()),
            lost(node.contact()),
            cutOrNull(node.agentVersion()),
            suspended(node.suspension()),
            node.contact() != null && node.contact().alarm() != null));
  }

  private static @Nullable String suspended(@Nullable SuspensionView it) {
    return it == null ? null : cut("by " + it.owner() + ": " + it.reason());
  }

  private static @Nullable Moment lost(NodeView.@Nullable Contact contact) {
    return contact == null || contact.lostSince() == null ? null : new Moment(contact.lostSince());
  }

  private static @Nullable PinLine pin(@Nullable PinStatus pin) {
    return pin == null
        ? null
        : new PinLine(
            cut(pin.ref()), cut(pin.owner()), cut(pin.reason()), new Moment(pin.expiresAt()));
  }

  private static List<Drain> drains(NodeView node) {
    List<Drain> drains = new ArrayList<>();
    node.workers()
        .forEach((name, worker) ->
            worker.generations().stream()
                .filter(g -> g.phase() == GenerationPhase.DRAINING)
                .forEach(g ->
                    drains.add(
                        new Drain(
                            cut(name),
                            new Moment(g.since() == null ? g.startedAt() : g.since())))));
    return drains;
  }

  private static List<String> unproven(NodeView node) {
    return node.workers().entrySet().stream()
        .filter(e -> e.getValue().unproven())
        .map(e -> cut(e.getKey() + ": " + e.getValue().proof()))
        .toList();
  }

  static FleetSheet.@Nullable Commit commit(@Nullable CommitId id) {
    return id == null ? null : new FleetSheet.Commit(id.value());
  }

  static @Nullable String cutOrNull(@Nullable String text) {
    return text == null ? null : cut(text);
  }

  static String cut(String text) {
    if (text.codePointCount(0, text.length()) <= TEXT_MAX) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, TEXT_MAX)) + "…";
  }
}
