package dev.pullcord.server.alert.condition;

import static java.util.Objects.requireNonNullElse;

import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.alert.AlertCondition;
import dev.pullcord.server.alert.AlertCondition.Words;
import dev.pullcord.server.alert.AlertEvent;
import dev.pullcord.server.alert.AlertRule;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.store.PinTable.StoredPin;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is to be told of single nodes: failed, offline, draining, pinned for not much longer. */
final class NodeConditions {
  private static final Duration PIN_BEFORE = Duration.ofHours(1);

  /** Tells which of two drains is told first where one has no patience of its own. */
  private static final Duration LONG_DRAIN = AlertRule.DRAIN_AFTER;

  private final URI url;
  private final DrainPatience patience;

  NodeConditions(URI url, DrainPatience patience) {
    this.url = url;
    this.patience = patience;
  }

  List<AlertCondition> of(NodeRecord node, Instant now) {
    List<AlertCondition> all = new ArrayList<>();
    if (node.suspension() == null) {
      failed(node).ifPresent(all::add);
      offline(node, now).ifPresent(all::add);
      draining(node).ifPresent(all::add);
    }
    pin(node, now).ifPresent(all::add);
    return all;
  }

  /**
   * It had run its commit, or it runs no deployment's; what fails before that is a deployment's.
   */
  private Optional<AlertCondition> failed(NodeRecord node) {
    boolean bad = node.state() == NodeState.FAILED || node.state() == NodeState.ROLLED_BACK;
    boolean own =
        node.convergedAt() != null
            || node.decision().deployment() == null
            || node.contact().alarm() != null;
    if (node.state() == NodeState.CONVERGED || node.state() == NodeState.NEVER_SEEN) {
      return Optional.empty();
    }
    // While it is neither, nobody knows yet whether it is well again.
    return Optional.of(
        condition(
            AlertEvent.NODE_FAILED,
            node,
            bad && own,
            node.standing().since(),
            new Wording("failed", node.reason(), "pullcord why " + node.name())));
  }

  private Optional<AlertCondition> offline(NodeRecord node, Instant now) {
    boolean offline = node.state() == NodeState.OFFLINE;
    Instant seen = node.lastSeen();
    boolean silent = seen != null && seen.isBefore(now.minus(FleetModel.OFFLINE_AFTER));
    if (!offline && !silent) {
      return Optional.empty();
    }
    // After a start of the server nobody counts as offline for a while; that is no news.
    return Optional.of(
        condition(
            AlertEvent.NODE_OFFLINE,
            node,
            offline,
            node.standing().since(),
            new Wording(
                "are offline",
                node.reason(),
                "on the node: pullcord-agent status; if it is gone for good: pullcord node remove "
                    + node.name())));
  }

  private Optional<AlertCondition> draining(NodeRecord node) {
    if (node.said() == null) {
      return Optional.empty();
    }
    return node.said().status().workers().entrySet().stream()
        .flatMap(w ->
            w.getValue().generations().stream()
                .filter(g -> g.phase() == GenerationPhase.DRAINING)
                .map(g -> drain(node, w.getKey(), g)))
        .min(
            Comparator.comparing(d ->
                Duration.between(Instant.EPOCH, d.since())
                    .plus(requireNonNullElse(d.patience(), LONG_DRAIN))));
  }

  private AlertCondition drain(NodeRecord node, String worker, GenerationStatus generation) {
    Instant since = requireNonNullElse(generation.since(), generation.startedAt());
    AlertCondition drain =
        condition(
            AlertEvent.DRAIN_LONG,
            node,
            true,
            since,
            new Wording(
                "drain for long",
                "generation %d of worker %s drains since %s"
                    .formatted(generation.number(), worker, seconds(since)),
                "wait, or, if it will never end: pullcord worker kill %s %d --reason 'why'"
                    .formatted(node.name(), generation.number())));
    return drain.lasting(patience.of(node, worker).orElse(null));
  }

  private Optional<AlertCondition> pin(NodeRecord node, Instant now) {
    StoredPin pin = node.pin();
    if (pin == null) {
      return Optional.empty();
    }
    Duration half = Duration.between(pin.createdAt(), pin.expiresAt()).dividedBy(2);
    Duration before = half.compareTo(PIN_BEFORE) < 0 ? half : PIN_BEFORE;
    Instant from = pin.expiresAt().minus(before);
    if (now.isBefore(from)) {
      return Optional.empty();
    }
    String title =
        "the pin of %s to %s ends at %s; then it follows %s"
            .formatted(node.name(), pin.ref(), seconds(pin.expiresAt()), node.settings().ref());
    String next =
        "to keep it: pullcord pin %s %s --for %s --reason 'why'"
            .formatted(
                node.name(),
                ShellWord.of(pin.ref()),
                Durations.format(Duration.between(pin.createdAt(), pin.expiresAt())));
    return Optional.of(
        new AlertCondition(
            AlertEvent.PIN_EXPIRING,
            node.name().value(),
            true,
            node.settings().ref(),
            List.of(node.settings().labels()),
            from,
            null,
            new Words(
                title,
                "",
                "",
                List.of("Pinned by " + pin.owner() + ": " + pin.reason()),
                next,
                link(node.name()))));
  }

  /** How something of a node is told: of many, why, and what to do. */
  private record Wording(String many, String reason, String next) {}

  private AlertCondition condition(
      AlertEvent event, NodeRecord node, boolean opens, Instant since, Wording told) {
    String reason = told.reason();
    String title =
        switch (event) {
          case DRAIN_LONG -> node.name() + ": " + reason;
          default -> node.name() + " is " + node.state().because(reason);
        };
    return new AlertCondition(
        event,
        node.name().value(),
        opens,
        node.settings().ref(),
        List.of(node.settings().labels()),
        since,
        null,
        new Words(title, told.many(), reason, List.of(), told.next(), link(node.name())));
  }

  private String link(NodeName name) {
    return url.resolve("/ui/nodes/" + name).toString();
  }

  /** How it ended, of which that node is no more. */
  static String ending(AlertEvent event, String name, @Nullable NodeRecord node) {
    if (node == null) {
      return name + " was removed";
    }
    if (node.suspension() != null && event != AlertEvent.PIN_EXPIRING) {
      return name + " is suspended by " + node.suspension().owner() + ", and is told of no more";
    }
    StoredPin pin = node.pin();
    return switch (event) {
      case NODE_OFFLINE -> name + " is back: it is " + state(node);
      case DRAIN_LONG -> name + ": its old worker has ended";
      case PIN_EXPIRING ->
          pin == null
              ? "the pin of " + name + " has ended; it follows " + node.settings().ref()
              : "the pin of " + name + " ends later now: at " + seconds(pin.expiresAt());
      default -> name + " is well again: it is " + state(node);
    };
  }

  private static String state(NodeRecord node) {
    return node.state().because(node.reason());
  }

  private static Instant seconds(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS);
  }
}
