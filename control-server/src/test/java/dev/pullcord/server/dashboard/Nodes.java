package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.DriftStatus;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.WorkerStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Nodes for tests: a converged one on {@code main}, changed where a test says so. */
public final class Nodes {
  public static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");
  public static final CommitId OLD = new CommitId("9b41d07e".repeat(5));
  public static final CommitId NEW = new CommitId("3f2a91c0".repeat(5));

  private final String name;
  private NodeState state = NodeState.CONVERGED;
  private String reason = "runs 3f2a91c, health passed";
  private Instant since = NOW.minusSeconds(125);
  private String ref = "main";
  private @Nullable PinStatus pin;
  private @Nullable CommitId applied = NEW;
  private @Nullable CommitId target = NEW;
  private final List<GenerationStatus> generations = new ArrayList<>();
  private String worker = "grep";
  private String proof = "pid 4711 started 2026-05-04T09:57:55Z";
  private Map<String, String> labels = Map.of("role", "grep");
  private @Nullable Instant lastSeen = NOW.minusSeconds(4);
  private boolean draining;
  private @Nullable DriftStatus drift;
  private NodeView.@Nullable Contact contact;
  private @Nullable SuspensionView suspension;
  private NodeView.@Nullable Host host;
  private String why = "";
  private Map<String, Orders.Stop> stopped = Map.of();

  private Nodes(String name) {
    this.name = name;
  }

  public static Nodes node(String name) {
    return new Nodes(name);
  }

  public Nodes state(NodeState state, String reason, Instant since) {
    this.state = state;
    this.reason = reason;
    this.since = since;
    return this;
  }

  public Nodes ref(String ref) {
    this.ref = ref;
    return this;
  }

  public Nodes pin(String ref, String owner, String reason, Instant expires) {
    this.pin = new PinStatus(ref, owner, reason, expires);
    return this;
  }

  public Nodes runs(@Nullable CommitId applied, @Nullable CommitId target) {
    this.applied = applied;
    this.target = target;
    return this;
  }

  public Nodes drift(String reason) {
    this.drift = new DriftStatus(NOW.minusSeconds(9), 1, reason);
    return this;
  }

  public Nodes generation(long number, long pid, GenerationPhase phase, Instant started) {
    generations.add(new GenerationStatus(number, pid, started, NEW, phase, null, null));
    draining |= phase == GenerationPhase.DRAINING;
    return this;
  }

  public Nodes worker(String name, String proof) {
    this.worker = name;
    this.proof = proof;
    return this;
  }

  public Nodes labels(Map<String, String> labels) {
    this.labels = labels;
    return this;
  }

  public Nodes seen(@Nullable Instant at) {
    this.lastSeen = at;
    return this;
  }

  public Nodes contact(NodeView.Contact now) {
    this.contact = now;
    return this;
  }

  public Nodes why(String text) {
    this.why = text;
    return this;
  }

  public Nodes stopped(String worker) {
    this.stopped = Map.of(worker, new Orders.Stop("ann", "", NOW));
    return this;
  }

  public Nodes on(NodeView.Host known) {
    this.host = known;
    return this;
  }

  public Nodes suspended(SuspensionView by) {
    this.suspension = by;
    return this;
  }

  public NodeView view() {
    return new NodeView(
        new NodeName(name),
        state,
        reason,
        since,
        null,
        ref,
        pin,
        target,
        7L,
        applied,
        Map.of(worker, new WorkerStatus(null, proof, generations)),
        Map.of(),
        draining,
        labels,
        lastSeen == null ? null : "0.1.0",
        lastSeen,
        why,
        drift,
        stopped,
        contact,
        suspension,
        host);
  }
}
