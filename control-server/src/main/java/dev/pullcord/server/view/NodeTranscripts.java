package dev.pullcord.server.view;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.server.store.Store;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what nodes did: the steps that have ended, from the store, and the one under way, from
 * memory. A step is never in both.
 */
final class NodeTranscripts {
  /** How much output one transcript has: of 2,000 steps it could be 128 MiB. */
  static final int OUTPUT_MAX = 1 << 20;

  private final FleetModel model;
  private final Store store;

  NodeTranscripts(FleetModel model, Store store) {
    this.model = model;
    this.store = store;
  }

  /** What a node did for a deployment; a removed node's is there too. */
  Optional<DeploymentView.Transcript> of(long deployment, NodeName name) {
    return store.read(tables ->
        tables.deployments().members(deployment).stream()
            .filter(m -> m.name().equals(name))
            .reduce((_, last) -> last)
            .map(m -> {
              List<StepRecord> steps = tables.reports().steps(deployment, m.node(), OUTPUT_MAX);
              return new DeploymentView.Transcript(
                  deployment, name, steps, underWay(deployment, m.node(), steps));
            }));
  }

  List<FleetReader.Done> last(NodeName name, int limit) {
    return model.byName(name).map(n -> last(n, limit)).orElse(List.of()).stream()
        .map(done -> new FleetReader.Done(done.deployment(), done.step()))
        .toList();
  }

  private List<ReportTable.Done> last(NodeRecord node, int limit) {
    return store.read(tables -> tables.reports().lastSteps(node.id(), limit, OUTPUT_MAX));
  }

  Optional<UnderWay> underWay(NodeName name) {
    return model
        .byName(name)
        .flatMap(node ->
            model
                .underWay(node)
                .map(step -> {
                  List<ReportTable.Done> kept = last(node, UnderWay.DONE_MAX);
                  return without(step, kept.stream().map(ReportTable.Done::step).toList());
                }));
  }

  private @Nullable UnderWay underWay(long deployment, long node, List<StepRecord> kept) {
    return model
        .byId(node)
        .filter(n -> Objects.equals(n.decision().deployment(), deployment))
        .flatMap(n -> model.underWay(n).filter(step -> step.commit().equals(n.decision().commit())))
        .map(step -> without(step, kept))
        .orElse(null);
  }

  /** A step may be kept already that the node still told of when it said what is under way. */
  private static UnderWay without(UnderWay step, List<StepRecord> kept) {
    Set<List<Long>> places =
        kept.stream().map(s -> List.of(s.pass(), (long) s.index())).collect(Collectors.toSet());
    return step.with(
        step.subject(),
        step.output(),
        step.done().stream()
            .filter(s -> !places.contains(List.of(s.pass(), (long) s.index())))
            .toList());
  }
}
