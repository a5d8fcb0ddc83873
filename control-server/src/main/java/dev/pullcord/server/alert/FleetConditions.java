package dev.pullcord.server.alert;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.server.alert.AlertCondition.Words;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.view.EqualFailures;
import dev.pullcord.server.view.FleetReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is so in the fleet, of its mirror and of the server's disk, as the server knows it. */
public final class FleetConditions implements AlertFacts {
  private static final Duration STALE_AFTER = Duration.ofMinutes(10);
  private static final long DISK_LEAST_BYTES = 512L << 20;
  private static final long DISK_LEAST_PERCENT = 5;
  private static final long DISK_ENOUGH_BYTES = 8L << 30;
  private static final String DISK = "server";
  private static final String MIRROR = "upstream";

  private final FleetModel fleet;
  private final FleetReader views;
  private final ServerFacts server;
  private final NodeConditions nodes;

  /** What is so in that fleet. */
  public FleetConditions(FleetModel fleet, FleetReader views, ServerFacts server) {
    this.fleet = fleet;
    this.views = views;
    this.server = server;
    this.nodes = new NodeConditions(server.url());
  }

  @Override
  public List<AlertCondition> conditions() {
    Instant now = fleet.now();
    List<AlertCondition> all = new ArrayList<>();
    List<Long> live = fleet.read(f -> List.copyOf(f.live().keySet()));
    live.forEach(id -> views.deployment(id).ifPresent(d -> deployment(d).ifPresent(all::add)));
    fleet.read(f -> f.nodes().values().stream().map(n -> all.addAll(nodes.of(n, now))).toList());
    server.upstream().get().ifPresent(u -> mirror(u, now, all));
    disk(now, all);
    return all;
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
    String state = member.state().wireName();
    String reason = member.reason().lines().findFirst().orElse("");
    return reason.isBlank() || reason.startsWith(state)
        ? (reason.isBlank() ? state : reason)
        : state + ": " + reason;
  }

  private static String name(DeploymentView view) {
    return "deployment " + view.id() + " of " + view.ref();
  }

  private static List<String> commit(DeploymentView view) {
    return List.of(
        "%s %s (%s)".formatted(view.commit().abbreviated(), view.subject(), view.author()));
  }

  private String link(DeploymentView view) {
    return server.url().resolve("/ui/deployments/" + view.id()).toString();
  }

  private void mirror(UpstreamView view, Instant now, List<AlertCondition> all) {
    Instant failing = view.failingSince();
    Instant since = Objects.requireNonNullElse(view.lastFetch(), failing == null ? now : failing);
    if (failing != null && !now.isBefore(since.plus(STALE_AFTER))) {
      all.add(
          here(
              AlertEvent.MIRROR_STALE,
              MIRROR,
              null,
              since.plus(STALE_AFTER),
              "the mirror is stale since " + since + ": " + view.reason(),
              "pullcord upstream; when it is mended: pullcord fetch"));
    }
    for (UpstreamView.Ref ref : view.refs()) {
      CommitId commit = ref.commit();
      if (!ref.deployable()) {
        all.add(
            here(
                AlertEvent.COMMIT_REFUSED,
                ref.ref(),
                ref.ref(),
                now,
                "upstream %s%s: %s"
                    .formatted(
                        ref.ref(),
                        commit == null ? "" : " at " + commit.abbreviated(),
                        ref.problem()),
                ref.rewritten()
                    ? "pullcord accept-rewind " + ref.ref() + " --reason 'why', or push it back"
                    : "push a mended commit to the upstream; the nodes stay where they are"));
      }
    }
  }

  private void disk(Instant now, List<AlertCondition> all) {
    long free = free();
    if (free < DISK_LEAST_BYTES
        || (free < DISK_ENOUGH_BYTES && free * 100 / Math.max(1, total()) < DISK_LEAST_PERCENT)) {
      all.add(
          here(
              AlertEvent.DISK_FULL,
              DISK,
              null,
              now,
              "the disk of the server is nearly full",
              "make room: df -h " + server.state()));
    }
  }

  private long free() {
    try {
      return disk().getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long total() {
    try {
      return disk().getTotalSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FileStore disk() throws IOException {
    return Files.getFileStore(server.state());
  }

  private AlertCondition here(
      AlertEvent event,
      String subject,
      @Nullable String ref,
      Instant since,
      String title,
      String next) {
    return new AlertCondition(
        event,
        subject,
        true,
        ref,
        List.of(),
        since,
        new Words(title, "", "", List.of(), next, null));
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
      case MIRROR_STALE -> "the mirror is fresh again";
      case COMMIT_REFUSED -> "upstream " + subject + ": its commit is deployed again";
      case DISK_FULL ->
          "the disk of the server has room again: " + (free() >> 20) + " MiB are free";
    };
  }

  private @Nullable NodeRecord node(String name) {
    return fleet.byName(new NodeName(name)).orElse(null);
  }
}
