package dev.pullcord.server.api;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.server.openapi.ApiParameter;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.operations.Operations;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.Selector;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of the people's API about the fleet: its nodes, their workers and pins, deployments and
 * rollouts. It reads requests, asks the fleet, and writes answers; it decides nothing.
 */
public final class OperatorApi {
  private static final int BRANCHES_NAMED = 20;

  private static final int NAMES_COMPARED = 5000;
  private final FleetReader fleet;
  private final Operations operations;
  private final String version;
  private final String repository;

  /**
   * The API over a fleet.
   *
   * @param fleet what is shown
   * @param operations what is changed
   * @param version of this program
   * @param repository the repository's name
   */
  public OperatorApi(FleetReader fleet, Operations operations, String version, String repository) {
    this.fleet = fleet;
    this.operations = operations;
    this.version = version;
    this.repository = repository;
  }

  /** Its routes. */
  public List<ApiRoute> routes() {
    List<ApiRoute> rollouts = new RolloutApi(fleet, operations.rollouts()).routes();
    return Stream.of(ofTheFleet(), ofNodes(), ofWorkers(), ofDeployments(), rollouts, ofPins())
        .flatMap(List::stream)
        .toList();
  }

  private List<ApiRoute> ofTheFleet() {
    return List.of(
        ApiRoute.get("/api/v1/whoami", "Whose token this is.")
            .answers(Requests.Whoami.class, this::whoami),
        ApiRoute.get("/api/v1/fleet", "The fleet in numbers that add up.")
            .answers(Fleet.class, _ -> fleet.summary()));
  }

  private List<ApiRoute> ofNodes() {
    return List.of(
        ApiRoute.get("/api/v1/nodes", "Nodes in order of name.")
            .with(
                Parameters.SELECTOR,
                ApiParameter.query("state", "States, separated by commas."),
                Parameters.CURSOR,
                Parameters.LIMIT)
            .answers(NodeView.Page.class, this::nodes),
        ApiRoute.get("/api/v1/nodes/{name}", "One node.")
            .with(Parameters.NODE)
            .answers(NodeView.class, ctx -> ofNode(fleet.node(node(ctx)), node(ctx))),
        ApiRoute.get("/api/v1/nodes/{name}/history", "What ran on the node, and by which decision.")
            .note("Newest first; with a moment, what ran then.")
            .with(
                Parameters.NODE,
                ApiParameter.query("at", "A moment: 2026-01-31T03:12:00Z."),
                Parameters.LIMIT)
            .answers(HistoryView.class, this::history),
        ApiRoute.delete("/api/v1/nodes/{name}", "Remove the node for good and cut it off.")
            .with(Parameters.NODE)
            .does(ctx -> operations.nodes().remove(Caller.person(ctx), node(ctx))),
        ApiRoute.post("/api/v1/nodes/{name}/retry", "Let the node retry what it has quarantined.")
            .with(Parameters.NODE)
            .answers(
                NodeView.class, ctx -> operations.nodes().retry(Caller.person(ctx), node(ctx))),
        ApiRoute.put("/api/v1/nodes/{name}/suspension", "Suspend the node for maintenance.")
            .note("It runs on as it is told; nothing counts it and nobody waits for it.")
            .with(Parameters.NODE)
            .answers(
                SuspensionView.Request.class,
                NodeView.class,
                (ctx, body) ->
                    operations.suspensions().suspend(Caller.person(ctx), node(ctx), body)),
        ApiRoute.delete("/api/v1/nodes/{name}/suspension", "End the suspension.")
            .with(Parameters.NODE)
            .does(ctx -> operations.suspensions().resume(Caller.person(ctx), node(ctx))),
        ApiRoute.put("/api/v1/nodes/{name}/ref", "Let the node follow another branch.")
            .with(Parameters.NODE)
            .answers(
                Requests.Follow.class,
                NodeView.class,
                (ctx, body) ->
                    operations.nodes().follow(Caller.person(ctx), node(ctx), body.ref())),
        ApiRoute.patch("/api/v1/nodes/{name}/labels", "Set some of its labels and remove others.")
            .with(Parameters.NODE)
            .answers(
                Requests.Labels.class,
                NodeView.class,
                (ctx, body) -> operations.nodes().label(Caller.person(ctx), node(ctx), body)));
  }

  private List<ApiRoute> ofWorkers() {
    return List.of(
        order(WorkerAct.STOP, "Drain and stop a worker.")
            .note("It stays stopped until it is started, and the node is held.")
            .answers(Requests.Order.class, NodeView.class, ordering(WorkerAct.STOP)),
        order(WorkerAct.START, "Run a worker again that was stopped.")
            .answers(Requests.Order.class, NodeView.class, ordering(WorkerAct.START)),
        order(WorkerAct.RESTART, "Restart a worker once, with the commit that it runs.")
            .note("It restarts as the manifest says.")
            .answers(Requests.Order.class, NodeView.class, ordering(WorkerAct.RESTART)),
        ApiRoute.post("/api/v1/nodes/{name}/generations/{n}/kill", "Kill a generation.")
            .note("One that is consuming or draining gets SIGKILL.")
            .with(Parameters.NODE, ApiParameter.pathNumber("n", "The generation's number."))
            .answers(
                Requests.Kill.class,
                NodeView.class,
                (ctx, body) ->
                    operations
                        .workers()
                        .kill(
                            Caller.person(ctx),
                            node(ctx),
                            Parameters.id(ctx, "n"),
                            body.reason())));
  }

  private static ApiRoute.Draft order(WorkerAct act, String summary) {
    return ApiRoute.post("/api/v1/nodes/{name}/workers/{worker}/" + act.word(), summary)
        .with(Parameters.NODE, ApiParameter.path("worker", "The worker."));
  }

  private BiFunction<Context, Requests.Order, NodeView> ordering(WorkerAct act) {
    return (ctx, body) ->
        operations
            .workers()
            .order(Caller.person(ctx), node(ctx), ctx.pathParam("worker"), act, body.reason());
  }

  private List<ApiRoute> ofDeployments() {
    return List.of(
        ApiRoute.get("/api/v1/deployments", "Deployments without members, newest first.")
            .with(
                ApiParameter.query("ref", "Only of this branch."),
                Parameters.CURSOR,
                Parameters.LIMIT)
            .answers(DeploymentView.Page.class, this::deployments),
        ApiRoute.get(
                "/api/v1/deployments/{id}/nodes/{name}/transcript",
                "What the node did for it, output included.")
            .with(Parameters.DEPLOYMENT, Parameters.NODE)
            .answers(DeploymentView.Transcript.class, this::transcript));
  }

  private List<ApiRoute> ofPins() {
    ApiParameter node = ApiParameter.path("node", "The node.");
    return List.of(
        ApiRoute.get("/api/v1/pins", "Pins in force.")
            .answers(PinView.All.class, _ -> new PinView.All(fleet.pins())),
        ApiRoute.put("/api/v1/pins/{node}", "Pin the node to a branch, tag or commit.")
            .with(node)
            .answers(
                PinView.Request.class,
                PinView.class,
                (ctx, body) ->
                    operations.pins().pin(Caller.person(ctx), Parameters.node(ctx, "node"), body)),
        ApiRoute.delete("/api/v1/pins/{node}", "End the pin.")
            .with(node)
            .does(
                ctx -> operations.pins().unpin(Caller.person(ctx), Parameters.node(ctx, "node"))));
  }

  private static NodeName node(Context ctx) {
    return Parameters.node(ctx, "name");
  }

  private Requests.Whoami whoami(Context ctx) {
    Principal who = Caller.person(ctx);
    return new Requests.Whoami(who.owner(), who.role().word(), version, repository);
  }

  private NodeView.Page nodes(Context ctx) {
    int limit = Parameters.limit(ctx);
    List<NodeView> nodes =
        fleet.nodes(
            Parameters.selector(ctx), Parameters.states(ctx), Parameters.nodeCursor(ctx), limit);
    return new NodeView.Page(nodes, nodes.size() < limit ? null : nodes.getLast().name().value());
  }

  private HistoryView history(Context ctx) {
    return ofNode(
        fleet.history(node(ctx), Parameters.moment(ctx, "at"), Parameters.limit(ctx)), node(ctx));
  }

  private DeploymentView.Page deployments(Context ctx) {
    int limit = Parameters.limit(ctx);
    String ref = ctx.queryParam("ref");
    List<DeploymentView> page = fleet.deployments(ref, Parameters.idCursor(ctx), limit);
    if (ref != null && page.isEmpty() && ctx.queryParam("cursor") == null) {
      refuseUnknown(ref);
    }
    String next = page.size() < limit ? null : Long.toString(page.getLast().id());
    return new DeploymentView.Page(page, next);
  }

  /** A branch that was deleted is known while it has deployments. */
  private void refuseUnknown(String ref) {
    Set<String> known = fleet.branches();
    if (!known.isEmpty() && !known.contains(ref)) {
      throw new Refusal(
          Refusal.Kind.INVALID,
          "REF_MISSING",
          "there is no branch "
              + Quoted.of(ref)
              + "; there are: "
              + known.stream().limit(BRANCHES_NAMED).collect(Collectors.joining(", "))
              + DidYouMean.of(ref, known),
          "ref");
    }
  }

  private DeploymentView.Transcript transcript(Context ctx) {
    long id = Parameters.id(ctx, "id");
    NodeName name = node(ctx);
    return found(
        fleet.transcript(id, name),
        "node "
            + name
            + " in deployment "
            + id
            + "; pullcord deployment "
            + id
            + " lists its nodes");
  }

  /** A name that is nearly right is answered with the right one. */
  private <T> T ofNode(Optional<T> value, NodeName name) {
    if (value.isPresent()) {
      return value.get();
    }
    List<String> known =
        fleet.nodes(Selector.ALL, Set.of(), null, NAMES_COMPARED).stream()
            .map(node -> node.name().value())
            .toList();
    String guess = DidYouMean.of(name.value(), known);
    return found(value, "node " + name + (guess.isEmpty() ? "; pullcord nodes lists them" : guess));
  }

  private static <T> T found(Optional<T> value, String what) {
    return value.orElseThrow(
        () -> new Refusal(Refusal.Kind.NOT_FOUND, "NOT_FOUND", "there is no " + what, null));
  }
}
