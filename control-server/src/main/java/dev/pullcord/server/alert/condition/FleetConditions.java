package dev.pullcord.server.alert.condition;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.server.alert.AlertCondition;
import dev.pullcord.server.alert.AlertCondition.Words;
import dev.pullcord.server.alert.AlertEvent;
import dev.pullcord.server.alert.AlertFacts;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.view.EqualFailures;
import dev.pullcord.server.view.FleetReader;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds what is so in the fleet, of its mirror and of the server's disk. */
public final class FleetConditions implements AlertFacts {
  private static final Set<AlertEvent> OF_DEPLOYMENTS =
      EnumSet.of(AlertEvent.DEPLOYMENT_CONVERGED, AlertEvent.DEPLOYMENT_INCOMPLETE);
  private static final Set<AlertEvent> OF_NODES =
      EnumSet.of(
          AlertEvent.NODE_FAILED,
          AlertEvent.NODE_OFFLINE,
          AlertEvent.DRAIN_LONG,
          AlertEvent.PIN_EXPIRING);
  private static final Logger LOG = LoggerFactory.getLogger(FleetConditions.class);

  /** What could not be looked at: that is logged once. */
  private final Set<String> unseen = ConcurrentHashMap.newKeySet();

  private final FleetModel fleet;
  private final FleetReader views;
  private final URI url;
  private final ServerConditions server;
  private final NodeConditions nodes;

  /** What is so in that fleet, whose nodes run what these commits say. */
  public FleetConditions(
      FleetModel fleet, FleetReader views, CommitSource commits, ServerFacts server) {
    this.fleet = fleet;
    this.views = views;
    this.url = server.url();
    this.server = new ServerConditions(server);
    this.nodes = new NodeConditions(url, new DrainPatience(commits));
  }

  @Override
  public Look look() {
    Instant now = fleet.now();
    List<AlertCondition> all = new ArrayList<>();
    Set<AlertEvent> unknown = EnumSet.noneOf(AlertEvent.class);
    List<Long> live = fleet.read(f -> List.copyOf(f.live().keySet()));
    for (long id : live) {
      alone(
          "deployment " + id,
          () -> views.deployment(id).ifPresent(d -> deployment(d).ifPresent(all::add)),
          OF_DEPLOYMENTS,
          unknown);
    }
    List<NodeRecord> members = fleet.read(f -> List.copyOf(f.nodes().values()));
    for (NodeRecord node : members) {
      alone("node " + node.name(), () -> all.addAll(nodes.of(node, now)), OF_NODES, unknown);
    }
    Look here = server.of(now);
    all.addAll(here.conditions());
    unknown.addAll(here.unknown());
    return new Look(all, unknown);
  }

  /** One that cannot be looked at keeps the alerts about no other back. */
  private void alone(String what, Runnable look, Set<AlertEvent> of, Set<AlertEvent> unknown) {
    try {
      look.run();
    } catch (StoreException e) {
      throw e; // it is none of this one: nothing can be looked at now
    } catch (RuntimeException e) {
      unknown.addAll(of);
      if (unseen.add(what)) {
        LOG.error("{} cannot be looked at for alerts; this is a bug", what, e);
      }
    }
  }

  private Optional<AlertCondition> deployment(DeploymentView view) {
    if (view.total() == 0 || view.supersededBy() != null) {
      return Optional.empty();
    }
    boolean converged = view.state() == DeploymentView.State.CONVERGED;
    return Optional.of(
        new AlertCondition(
            converged ? AlertEvent.DEPLOYMENT_CONVERGED : AlertEvent.DEPLOYMENT_INCOMPLETE,
            Long.toString(view.id()),
            view.state() != DeploymentView.State.RUNNING,
            view.ref(),
            labels(view),
            since(view),
            null,
            converged ? converged(view) : incomplete(view)));
  }

  private List<Map<String, String>> labels(DeploymentView view) {
    return fleet.read(f ->
        view.members().stream()
            .flatMap(m -> Optional.ofNullable(f.nodes().get(m.name())).stream())
            .map(n -> n.settings().labels())
            .toList());
  }

  /** When it ended; while it has not, when the last of its nodes came into its state. */
  private Instant since(DeploymentView view) {
    if (view.convergedAt() != null && view.state() == DeploymentView.State.CONVERGED) {
      return view.convergedAt();
    }
    return fleet.read(f ->
        view.members().stream()
            .flatMap(m -> Optional.ofNullable(f.nodes().get(m.name())).stream())
            .map(n -> n.standing().since())
            .filter(s -> s.isAfter(view.startedAt()))
            .max(Instant::compareTo)
            .orElse(view.startedAt()));
  }

  private Words converged(DeploymentView view) {
    return new Words(name(view) + " " + view.told(), "", "", commit(view), "", link(view));
  }

  private Words incomplete(DeploymentView view) {
    Map<NodeName, String> reasons = new TreeMap<>();
    Map<String, List<String>> away = new TreeMap<>();
    for (DeploymentView.Member member : view.members()) {
      if (member.state().unreachable()) {
        away.computeIfAbsent(member.state().wireName(), _ -> new ArrayList<>())
            .add(member.name().value());
      } else if (member.state() != NodeState.CONVERGED) {
        reasons.put(member.name(), line(member));
      }
    }
    List<String> why = new ArrayList<>();
    if (!reasons.isEmpty()) {
      why.add(EqualFailures.grouped(reasons));
    }
    away.forEach(
        (state, names) -> why.add(state + " " + names.size() + ": " + NameList.folded(names)));
    String first = reasons.isEmpty() ? "" : reasons.keySet().iterator().next().value();
    String next =
        first.isEmpty()
            ? "start the agents that are away; they take it up by themselves"
            : "pullcord why %s; then push a mended commit, or git revert %s and push that"
                .formatted(first, view.commit().abbreviated());
    return new Words(
        "%s is incomplete, %d/%d: %s"
            .formatted(name(view), view.converged(), view.total(), String.join("; ", why)),
        "",
        "",
        commit(view),
        next,
        link(view));
  }

  private static String line(DeploymentView.Member member) {
    return member.state().because(member.reason().lines().findFirst().orElse(""));
  }

  private static String name(DeploymentView view) {
    return "deployment " + view.id() + " of " + view.ref();
  }

  private static List<String> commit(DeploymentView view) {
    return List.of(
        "%s %s (%s)".formatted(view.commit().abbreviated(), view.subject(), view.author()));
  }

  private String link(DeploymentView view) {
    return url.resolve("/ui/deployments/" + view.id()).toString();
  }

  @Override
  public String ending(AlertEvent event, String subject) {
    return switch (event) {
      case DEPLOYMENT_CONVERGED, DEPLOYMENT_INCOMPLETE ->
          views
              .deployment(Long.parseLong(subject))
              .map(d -> name(d) + ": " + d.told())
              .orElse("deployment " + subject + " is over");
      case NODE_FAILED, NODE_OFFLINE, DRAIN_LONG, PIN_EXPIRING ->
          NodeConditions.ending(event, subject, node(subject));
      case MIRROR_STALE, COMMIT_REFUSED, DISK_FULL -> server.ending(event, subject);
    };
  }

  private @Nullable NodeRecord node(String name) {
    return fleet.byName(new NodeName(name)).orElse(null);
  }
}
