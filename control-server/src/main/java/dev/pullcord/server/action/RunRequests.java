package dev.pullcord.server.action;

import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.action.ActionSpec;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.token.Secrets;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.server.store.RunTable;
import dev.pullcord.server.store.RunTable.NodePart;
import dev.pullcord.server.store.RunTable.PartOrder;
import dev.pullcord.server.store.RunTable.StoredRun;
import dev.pullcord.server.view.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a run of what a person asks for: finds the nodes, and looks up the action in the manifest
 * of the commit that each of them has. A node that cannot be asked is part of the run all the same,
 * and refused with the reason.
 */
final class RunRequests {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final Duration TIMEOUT_MIN = Duration.ofSeconds(1);
  private static final Duration TIMEOUT_MAX = Duration.ofHours(24);
  private static final Pattern BATCH = Pattern.compile("([1-9][0-9]{0,5})(%?)");
  private static final int PERCENT = 100;
  private static final int KEY_BYTES = 16;

  private final FleetModel fleet;
  private final CommitSource commits;

  RunRequests(FleetModel fleet, CommitSource commits) {
    this.fleet = fleet;
    this.commits = commits;
  }

  /**
   * A run that is not stored.
   *
   * @param run without a number
   * @param parts of run 0
   */
  record Made(StoredRun run, List<NodePart> parts) {
    Made {
      parts = List.copyOf(parts);
    }
  }

  /** Makes it, or throws a {@link Refusal} that names the field. */
  Made of(RunView.Request request, String by, Instant now) {
    List<NodeRecord> nodes = nodes(request);
    Map<String, String> values =
        request.parameters() == null ? Map.of() : Map.copyOf(request.parameters());
    Lookup lookup = new Lookup(request.action(), values);
    List<NodePart> parts = new ArrayList<>();
    for (NodeRecord node : nodes) {
      parts.add(lookup.part(node, now));
    }
    lookup.refuseWhatNobodyCanRun();
    Duration timeout = timeout(request.timeout());
    RunView.Terms terms =
        new RunView.Terms(
            request.batch(),
            atOnce(request.batch(), nodes.size()),
            stopAfter(request.stopAfter()),
            now.plus(timeout));
    return new Made(new StoredRun(0, request.action(), values, by, now, null, terms, null), parts);
  }

  private List<NodeRecord> nodes(RunView.Request request) {
    List<String> names = request.nodes();
    String selector = request.selector();
    if (names != null && selector != null) {
      throw invalid("nodes", "nodes and selector: one of the two is expected");
    }
    List<NodeRecord> nodes = new ArrayList<>();
    if (names != null) {
      for (String name : new TreeSet<>(names)) {
        nodes.add(
            fleet
                .byName(name(name))
                .orElseThrow(() ->
                    new Refusal(
                        Refusal.Kind.NOT_FOUND,
                        "NODE_MISSING",
                        "there is no node " + name + "; pullcord nodes lists them",
                        "nodes")));
      }
    } else if (selector != null && !selector.isBlank()) { // as a variable that is not set

      Selector selected = Selector.parse(selector);
      nodes =
          fleet.read(snapshot ->
              snapshot.nodes().values().stream()
                  .filter(node -> selected.matches(node.settings().labels()))
                  .toList());
    }
    if (nodes.isEmpty()) {
      throw new Refusal(
          Refusal.Kind.INVALID,
          "NOBODY_SELECTED",
          selector == null || selector.isBlank()
              ? "no node is named; names in nodes, or labels in selector, are expected"
              : "no node has " + Quoted.of(selector) + "; pullcord nodes shows their labels",
          selector == null ? "nodes" : "selector");
    }
    return nodes;
  }

  private static NodeName name(String text) {
    try {
      return new NodeName(text);
    } catch (IllegalArgumentException e) {
      throw invalid("nodes", String.valueOf(e.getMessage()));
    }
  }

  private static Duration timeout(@Nullable String text) {
    if (text == null) {
      return TIMEOUT;
    }
    try {
      Duration timeout = Durations.parse(text);
      if (timeout.compareTo(TIMEOUT_MIN) >= 0 && timeout.compareTo(TIMEOUT_MAX) <= 0) {
        return timeout;
      }
    } catch (IllegalArgumentException e) {
      throw invalid("timeout", "timeout: " + e.getMessage());
    }
    throw invalid("timeout", "timeout: " + text + " is not between 1s and 24h");
  }

  private static @Nullable Integer stopAfter(@Nullable Integer failures) {
    if (failures != null && failures < 1) {
      throw invalid("stopAfter", "stopAfter: " + failures + "; a number from 1 on is expected");
    }
    return failures;
  }

  /** A share of the nodes is rounded up, so that it is never none. */
  static int atOnce(@Nullable String batch, int nodes) {
    if (batch == null) {
      return nodes;
    }
    Matcher matcher = BATCH.matcher(batch);
    boolean good = matcher.matches();
    int number = good ? Integer.parseInt(matcher.group(1)) : 0;
    boolean share = good && !matcher.group(2).isEmpty();
    if (!good || (share && number > PERCENT)) {
      throw invalid(
          "batch", "batch: " + Quoted.of(batch) + "; a number of nodes or 1% to 100% is expected");
    }
    return share ? Math.max(1, (nodes * number + PERCENT - 1) / PERCENT) : Math.min(number, nodes);
  }

  private static Refusal invalid(String field, String detail) {
    return new Refusal(Refusal.Kind.INVALID, "VALUE", detail, field);
  }

  /** The commit that a node said it has. */
  static Optional<CommitId> commit(NodeRecord node) {
    return Optional.ofNullable(node.said())
        .map(ReportTable.Latest::status)
        .map(status -> status.appliedCommit());
  }

  /** Looks an action up, once in each manifest. */
  private final class Lookup {
    private final String action;
    private final Map<String, String> values;
    private final Map<CommitId, Manifest> manifests = new HashMap<>();
    private final Set<String> known = new TreeSet<>();
    private @Nullable String wrong;
    private boolean found;

    Lookup(String action, Map<String, String> values) {
      this.action = action;
      this.values = values;
    }

    NodePart part(NodeRecord node, Instant now) {
      CommitId commit = commit(node).orElse(null);
      if (commit == null) {
        return refused(node, null, now, "no commit is known to be active on it");
      }
      ActionSpec spec = manifest(commit).actions().get(action);
      if (spec == null) {
        return refused(
            node,
            commit,
            now,
            "it runs %s, whose manifest has no action %s"
                .formatted(commit.abbreviated(), Quoted.of(action)));
      }
      if (spec.with(values) instanceof ActionSpec.Called.Wrong(String reason)) {
        wrong = reason;
        return refused(node, commit, now, reason);
      }
      found = true;
      return part(node, new PartOrder(key(), commit, spec.timeout()), RunTable.Standing.WAITING);
    }

    private Manifest manifest(CommitId commit) {
      return manifests.computeIfAbsent(
          commit,
          id -> {
            Manifest manifest =
                commits.manifest(id) instanceof ManifestResult.Valid(Manifest valid)
                    ? valid
                    : new Manifest(Map.of(), null, List.of(), List.of(), Map.of());
            known.addAll(manifest.actions().keySet());
            return manifest;
          });
    }

    private NodePart refused(
        NodeRecord node, @Nullable CommitId commit, Instant now, String reason) {
      return part(
          node,
          new PartOrder(key(), commit, Duration.ZERO),
          RunTable.Standing.ended(RunState.REFUSED, now, reason, false));
    }

    private NodePart part(NodeRecord node, PartOrder order, RunTable.Standing standing) {
      return new NodePart(0, node.id(), node.name(), order, null, standing, "", 0);
    }

    private String key() {
      return Secrets.hex(KEY_BYTES);
    }

    void refuseWhatNobodyCanRun() {
      if (found) {
        return;
      }
      if (wrong != null) {
        throw new Refusal(Refusal.Kind.INVALID, "PARAMETER", wrong, "parameters");
      }
      String text = Objects.requireNonNullElse(action, "");
      throw new Refusal(
          Refusal.Kind.INVALID,
          "ACTION_MISSING",
          "no commit that these nodes run has an action "
              + Quoted.of(text)
              + (known.isEmpty()
                  ? "; their manifests declare none"
                  : "; there are: " + String.join(", ", known) + DidYouMean.of(text, known)),
          "action");
    }
  }
}
