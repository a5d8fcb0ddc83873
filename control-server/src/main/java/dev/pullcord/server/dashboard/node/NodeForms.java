package dev.pullcord.server.dashboard.node;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.operations.Operations;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.view.FleetReader;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The forms of a node's page: pin, unpin, follow, labels, retry, suspend, resume, workers, remove.
 * Each reads what was typed, gives the order, and says in a sentence what was done.
 */
final class NodeForms {
  private final FleetReader fleet;
  private final Operations operations;

  NodeForms(FleetReader fleet, Operations operations) {
    this.fleet = fleet;
    this.operations = operations;
  }

  List<Dashboard.Route> routes(PageSupport support) {
    return List.of(
        form(support, "/pin", this::pin),
        form(support, "/unpin", this::unpin),
        form(support, "/follow", this::follow),
        form(support, "/labels", this::label),
        form(support, "/retry", this::retry),
        form(support, "/suspend", this::suspend),
        form(support, "/resume", this::resume),
        form(support, "/worker", this::order),
        form(support, "/kill", this::kill),
        support.form(NodePages.NODE + "/remove", _ -> "/ui", this::remove));
  }

  private static Dashboard.Route form(PageSupport support, String path, PageSupport.Act act) {
    return support.form(NodePages.NODE + path, NodeForms::page, act);
  }

  private String pin(Context ctx, Principal who) {
    PinView pin = operations.pins().pin(who, name(ctx), pinRequest(ctx));
    return pin.node() + " is pinned to " + pin.ref() + " until " + pin.expiresAt() + ".";
  }

  private String unpin(Context ctx, Principal who) {
    NodeView node = node(ctx);
    operations.pins().unpin(who, node.name());
    return node.name() + " is no longer pinned; it follows " + node.ref() + ".";
  }

  private String follow(Context ctx, Principal who) {
    NodeView node = operations.nodes().follow(who, name(ctx), param(ctx, "ref"));
    return node.name() + " follows " + node.ref() + ".";
  }

  private String label(Context ctx, Principal who) {
    String remove = param(ctx, "remove");
    String add = param(ctx, "add");
    Requests.Labels change =
        remove.isEmpty()
            ? new Requests.Labels(labels(add), null)
            : new Requests.Labels(null, List.of(remove));
    NodeView node = operations.nodes().label(who, name(ctx), change);
    return remove.isEmpty()
        ? node.name() + " has the label " + add + "."
        : node.name() + " has no label " + remove + " any more.";
  }

  private static Map<String, String> labels(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw malformed("add", Quoted.of(text) + " is no label: NAME=VALUE expected, as role=grep");
    }
    return Map.of(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
  }

  private String retry(Context ctx, Principal who) {
    return operations.nodes().retry(who, name(ctx)).name() + " tries again.";
  }

  private String suspend(Context ctx, Principal who) {
    NodeView node =
        operations
            .suspensions()
            .suspend(
                who,
                name(ctx),
                new SuspensionView.Request(param(ctx, "for"), param(ctx, "reason")));
    return node.name() + " is suspended: it is in no count, and nobody waits for it.";
  }

  private String resume(Context ctx, Principal who) {
    operations.suspensions().resume(who, name(ctx));
    return name(ctx) + " counts again.";
  }

  private String order(Context ctx, Principal who) {
    String word = param(ctx, "act");
    WorkerAct act =
        Arrays.stream(WorkerAct.values())
            .filter(a -> a.word().equals(word))
            .findFirst()
            .orElseThrow(
                () -> malformed("act", Quoted.of(word) + " is not stop, start or restart"));
    String worker = param(ctx, "worker");
    NodeView node = operations.workers().order(who, name(ctx), worker, act, param(ctx, "reason"));
    return "Worker " + worker + " of " + node.name() + " is being " + act.past() + ".";
  }

  private String kill(Context ctx, Principal who) {
    String number = param(ctx, "generation");
    if (!number.matches("[0-9]{1,18}")) {
      throw malformed("generation", Quoted.of(number) + " is not the number of a generation");
    }
    long generation = Long.parseLong(number);
    NodeView node = operations.workers().kill(who, name(ctx), generation, param(ctx, "reason"));
    return "Generation " + generation + " of " + node.name() + " is being killed.";
  }

  private String remove(Context ctx, Principal who) {
    NodeName name = name(ctx);
    if (!param(ctx, "sure").equals(name.value())) {
      throw new Refusal(
          Refusal.Kind.INVALID, "NOT_SURE", "type " + name + " to remove the node", "sure");
    }
    operations.nodes().remove(who, name);
    return name + " is removed: its key is worth nothing any more.";
  }

  private static Refusal malformed(String field, String detail) {
    return new Refusal(Refusal.Kind.MALFORMED, "VALUE", detail, field);
  }

  static PinView.Request pinRequest(Context ctx) {
    return new PinView.Request(param(ctx, "ref"), param(ctx, "for"), param(ctx, "reason"));
  }

  /** The node that the page is about. */
  NodeView node(Context ctx) {
    NodeName name = name(ctx);
    return fleet
        .node(name)
        .orElseThrow(() ->
            new Refusal(Refusal.Kind.NOT_FOUND, "NODE_MISSING", PageSupport.noNode(name), "name"));
  }

  private static NodeName name(Context ctx) {
    try {
      return new NodeName(ctx.pathParam("name"));
    } catch (IllegalArgumentException e) {
      throw new Refusal(Refusal.Kind.NOT_FOUND, "NODE_MISSING", e.getMessage() + "", "name");
    }
  }

  private static String page(Context ctx) {
    return "/ui/nodes/" + name(ctx);
  }

  static String param(Context ctx, String name) {
    return Optional.ofNullable(ctx.formParam(name)).orElse("").strip();
  }
}
