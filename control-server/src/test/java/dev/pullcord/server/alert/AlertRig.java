package dev.pullcord.server.alert;

import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.id.LabelSelector;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.alert.condition.FleetConditions;
import dev.pullcord.server.alert.condition.ServerFacts;
import dev.pullcord.server.alert.condition.ServerFacts.DiskState;
import dev.pullcord.server.alert.receiver.AlertMessage;
import dev.pullcord.server.store.OutboxTable.OutboxMessage;
import dev.pullcord.server.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Alerts over a real fleet and store, by a clock that a test moves. */
final class AlertRig implements AutoCloseable {
  static final AlertRule ALL = rule(null);

  /** The size of the server's disk. */
  static final long DISK_TOTAL = 100L << 30;

  /** What the mirror is like; null for a server that people push to. */
  @Nullable UpstreamView upstream;

  /** Whether an object of the repository, or the disk itself, cannot be read. */
  boolean unreadable;

  /** The room on the server's disk. */
  long diskFree = DISK_TOTAL;

  private final Path directory;
  private final List<AlertRule> rules;
  TestFleet fleet;
  AlertLoop loop;

  AlertRig(Path directory, AlertRule... rules) {
    this.directory = directory;
    this.rules = List.of(rules);
    fleet = new TestFleet(made(directory));
    loop = loop(fleet.store);
  }

  /** The directory, which is made where it is not there. */
  static Path made(Path directory) {
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything to {@code ops}. */
  static AlertRule rule(@Nullable Window quiet, AlertEvent... events) {
    return new AlertRule(
        List.of("ops"),
        events.length == 0 ? EnumSet.allOf(AlertEvent.class) : EnumSet.copyOf(List.of(events)),
        List.of(),
        LabelSelector.ALL,
        quiet,
        Duration.ofMinutes(5),
        Duration.ofHours(24));
  }

  AlertLoop loop(Store store) {
    ServerFacts server =
        new ServerFacts(
            () -> read(Optional.ofNullable(upstream)),
            () -> read(new DiskState(directory, diskFree, DISK_TOTAL)),
            URI.create("https://pullcord.example/"));
    return new AlertLoop(
        store,
        fleet.clock,
        new FleetConditions(fleet.model, fleet.views, fleet.commits, server),
        new AlertJudge(rules),
        List.of("ops"),
        () -> {});
  }

  private <T> T read(T value) {
    if (unreadable) {
      throw new UncheckedIOException(new IOException("Input/output error"));
    }
    return value;
  }

  void restart() {
    fleet = fleet.restarted();
    loop = loop(fleet.store);
  }

  /** Lets time pass, with a look every two seconds. */
  void pass(Duration time) {
    for (long s = 0; s < time.toSeconds(); s += 2) {
      fleet.advance(Duration.ofSeconds(2));
      look();
    }
  }

  void look() {
    fleet.progress.keep();
    loop.look();
  }

  /** All agents are heard of, also while time passes. */
  void passAlive(Duration time, String... nodes) {
    for (long s = 0; s < time.toSeconds(); s += 10) {
      fleet.advance(Duration.ofSeconds(10));
      for (String node : nodes) {
        fleet.model.seen(fleet.record(node).id());
      }
      look();
    }
  }

  long push(int n) {
    fleet.commits.push("main", n);
    fleet.deployments.reconcile();
    return fleet.model.read(
        f -> f.live().keySet().stream().mapToLong(Long::longValue).max().orElse(0));
  }

  void say(String node, NodeState state, String reason) {
    fleet.report(node, Said.by(fleet, node).state(state, reason).next());
  }

  List<OutboxMessage> outbox() {
    return fleet.store.read(tables -> tables.outbox().newest(500)).reversed();
  }

  List<String> titles() {
    return outbox().stream().map(m -> m.message().title()).toList();
  }

  List<AlertMessage> messages() {
    return new ArrayList<>(outbox().stream().map(m -> AlertMessage.of(m.message())).toList());
  }

  NodeName name(String node) {
    return new NodeName(node);
  }

  @Override
  public void close() {
    fleet.close();
  }
}
