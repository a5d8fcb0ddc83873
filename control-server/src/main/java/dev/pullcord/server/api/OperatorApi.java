package dev.pullcord.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.Shown;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.server.operations.FleetOperations;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.Selector;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The people's API: {@code /api/v1}. It reads requests, asks the fleet, and writes answers; it
 * decides nothing.
 */
public final class OperatorApi {
  private static final int BRANCHES_NAMED = 20;

  private final FleetReader fleet;
  private final FleetOperations operations;
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
  public OperatorApi(
      FleetReader fleet, FleetOperations operations, String version, String repository) {
    this.fleet = fleet;
    this.operations = operations;
    this.version = version;
    this.repository = repository;
  }

  /** Adds the routes. */
  public void routes(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/openapi.json", OpenApi::serve);
    routes.get("/api/v1/whoami", this::whoami);
    routes.get("/api/v1/fleet", ctx -> json(ctx, fleet.summary()));
    routes.get("/api/v1/nodes", this::nodes);
    routes.get(
        "/api/v1/nodes/{name}",
        ctx -> {
          NodeName name = Parameters.node(ctx, "name");
          json(ctx, found(fleet.node(name), "node " + name));
        });
    routes.delete("/api/v1/nodes/{name}", this::remove);
    routes.post(
        "/api/v1/nodes/{name}/retry",
        ctx -> json(ctx, operations.retry(Caller.person(ctx), Parameters.node(ctx, "name"))));
    routes.post("/api/v1/nodes/{name}/generations/{n}/kill", this::kill);
    for (WorkerAct act : WorkerAct.values()) {
      routes.post("/api/v1/nodes/{name}/workers/{worker}/" + act.word(), ctx -> order(ctx, act));
    }
    routes.put("/api/v1/nodes/{name}/ref", this::follow);
    routes.patch("/api/v1/nodes/{name}/labels", this::label);
    routes.get("/api/v1/deployments", this::deployments);
    routes.get(
        "/api/v1/deployments/{id}",
        ctx -> {
          long id = Parameters.id(ctx, "id");
          json(ctx, found(fleet.deployment(id), "deployment " + id));
        });
    routes.get("/api/v1/deployments/{id}/nodes/{name}/transcript", this::transcript);
    routes.get("/api/v1/pins", ctx -> json(ctx, new PinView.All(fleet.pins())));
    routes.put("/api/v1/pins/{node}", this::pin);
    routes.delete("/api/v1/pins/{node}", this::unpin);
    routes.post("/api/v1/invitations", this::invite);
  }

  private void whoami(Context ctx) {
    Principal who = Caller.person(ctx);
    String role = who.role().word();
    json(ctx, new Requests.Whoami(who.owner(), role, version, repository));
  }

  private void nodes(Context ctx) {
    Parameters.only(ctx, "selector", "state", "cursor", "limit");
    String selector = ctx.queryParam("selector");
    int limit = Parameters.limit(ctx);
    List<NodeView> nodes =
        fleet.nodes(
            selector == null ? Selector.ALL : Selector.parse(selector),
            Parameters.states(ctx),
            Parameters.nodeCursor(ctx),
            limit);
    json(
        ctx,
        new NodeView.Page(nodes, nodes.size() < limit ? null : nodes.getLast().name().value()));
  }

  private void remove(Context ctx) {
    operations.remove(Caller.person(ctx), Parameters.node(ctx, "name"));
    ctx.status(204);
  }

  private void follow(Context ctx) {
    NodeName name = Parameters.node(ctx, "name");
    Requests.Follow body = Bodies.read(ctx, Requests.Follow.class);
    json(ctx, operations.follow(Caller.person(ctx), name, body.ref()));
  }

  private void order(Context ctx, WorkerAct act) {
    NodeName name = Parameters.node(ctx, "name");
    Requests.Order body = Bodies.read(ctx, Requests.Order.class);
    String worker = ctx.pathParam("worker");
    json(ctx, operations.order(Caller.person(ctx), name, worker, act, body.reason()));
  }

  private void kill(Context ctx) {
    NodeName name = Parameters.node(ctx, "name");
    long generation = Parameters.id(ctx, "n");
    Requests.Kill body = Bodies.read(ctx, Requests.Kill.class);
    json(ctx, operations.kill(Caller.person(ctx), name, generation, body.reason()));
  }

  private void label(Context ctx) {
    NodeName name = Parameters.node(ctx, "name");
    Requests.Labels body = Bodies.read(ctx, Requests.Labels.class);
    json(ctx, operations.label(Caller.person(ctx), name, body));
  }

  private void deployments(Context ctx) {
    Parameters.only(ctx, "ref", "cursor", "limit");
    int limit = Parameters.limit(ctx);
    String ref = ctx.queryParam("ref");
    List<DeploymentView> page = fleet.deployments(ref, Parameters.idCursor(ctx), limit);
    if (ref != null && page.isEmpty() && ctx.queryParam("cursor") == null) {
      refuseUnknown(ref);
    }
    json(
        ctx,
        new DeploymentView.Page(
            page, page.size() < limit ? null : Long.toString(page.getLast().id())));
  }

  /** A branch that was deleted is known while it has deployments. */
  private void refuseUnknown(String ref) {
    Set<String> known = fleet.branches();
    if (!known.isEmpty() && !known.contains(ref)) {
      throw new Refusal(
          Refusal.Kind.INVALID,
          "REF_MISSING",
          "there is no branch "
              + Shown.of(ref)
              + "; there are: "
              + known.stream().limit(BRANCHES_NAMED).collect(Collectors.joining(", "))
              + DidYouMean.of(ref, known),
          "ref");
    }
  }

  private void transcript(Context ctx) {
    long id = Parameters.id(ctx, "id");
    NodeName name = Parameters.node(ctx, "name");
    json(ctx, found(fleet.transcript(id, name), "node " + name + " in deployment " + id));
  }

  private void pin(Context ctx) {
    NodeName node = Parameters.node(ctx, "node");
    PinView.Request body = Bodies.read(ctx, PinView.Request.class);
    json(ctx, operations.pin(Caller.person(ctx), node, body));
  }

  private void unpin(Context ctx) {
    operations.unpin(Caller.person(ctx), Parameters.node(ctx, "node"));
    ctx.status(204);
  }

  private void invite(Context ctx) {
    Invitation.Request body = Bodies.read(ctx, Invitation.Request.class);
    json(ctx.status(201), operations.invite(Caller.person(ctx), body));
  }

  private static <T> T found(Optional<T> value, String what) {
    return value.orElseThrow(
        () -> new Refusal(Refusal.Kind.NOT_FOUND, "NOT_FOUND", "there is no " + what, null));
  }

  private static void json(Context ctx, Object value) {
    ctx.contentType("application/json").result(PullcordJson.write(value).getBytes(UTF_8));
  }
}
