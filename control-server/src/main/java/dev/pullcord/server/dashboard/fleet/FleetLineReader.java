package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.dashboard.fleet.FleetLine.Facts;
import dev.pullcord.server.dashboard.fleet.FleetLine.Generation;
import dev.pullcord.server.dashboard.fleet.FleetLine.PinLine;
import dev.pullcord.server.dashboard.fleet.FleetLine.Version;
import dev.pullcord.server.dashboard.fleet.FleetLine.WorkerLine;
import dev.pullcord.server.dashboard.fleet.FleetSheet.Commit;
import java.util.function.Function;
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
        node.workers().entrySet().stream().map(e -> worker(e.getKey(), e.getValue())).toList(),
        new Facts(
            node.labels(),
            node.draining(),
            node.drift() == null ? null : cut(node.drift().reason()),
            node.lastSeen() == null ? null : new Moment(node.lastSeen()),
            lost(node.contact()),
            cutOrNull(node.agentVersion()),
            suspended(node.suspension())));
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

  private static WorkerLine worker(String name, WorkerStatus worker) {
    Function<GenerationStatus, Generation> generation =
        g ->
            new Generation(
                g.number(),
                g.pid(),
                g.phase().wireName(),
                new Moment(g.startedAt()),
                new Commit(g.commit().value()));
    return new WorkerLine(
        cut(name),
        cut(worker.proof()),
        worker.unproven(),
        worker.generations().stream().map(generation).toList());
  }

  static @Nullable Commit commit(@Nullable CommitId id) {
    return id == null ? null : new Commit(id.value());
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
