package dev.pullcord.server.dashboard.pins;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.Selector;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the form says, as it was typed.
 *
 * @param names of nodes, with spaces or commas between them
 * @param selector labels, in place of names
 * @param ref branch, tag or commit
 * @param duration {@code 2h}
 * @param reason why
 */
record PinForm(String names, String selector, String ref, String duration, String reason) {
  static final PinForm NOTHING = new PinForm("", "", "", "2h", "");

  /** So many nodes one form pins; each is a change of its own, on disk before the next. */
  static final int NODES_MAX = 500;

  static PinForm of(Context ctx) {
    return new PinForm(
        param(ctx, "names"),
        param(ctx, "selector"),
        param(ctx, "ref"),
        param(ctx, "for"),
        param(ctx, "reason"));
  }

  private static String param(Context ctx, String name) {
    return Optional.ofNullable(ctx.formParam(name)).orElse("").strip();
  }

  PinView.Request request() {
    return new PinView.Request(ref, duration, reason);
  }

  /**
   * The nodes that are meant, which are not none.
   *
   * @throws Refusal when one of them is not there: nothing is done for half of a list with a
   *     misspelt name in it
   */
  List<NodeView> nodes(FleetReader fleet) {
    if (names.isEmpty() == selector.isEmpty()) {
      throw refusal("NODES", "which nodes? names, or labels; not both");
    }
    List<NodeView> nodes = names.isEmpty() ? selected(fleet) : named(fleet);
    if (nodes.size() > NODES_MAX) {
      throw refusal("NODES", "more than " + NODES_MAX + " nodes; choose fewer at once");
    }
    return nodes;
  }

  private List<NodeView> selected(FleetReader fleet) {
    List<NodeView> nodes = fleet.nodes(Selector.parse(selector), Set.of(), null, NODES_MAX + 1);
    if (nodes.isEmpty()) {
      throw refusal(
          "NODES", "no node has " + Quoted.of(selector) + "; the fleet's page shows labels");
    }
    return nodes;
  }

  private List<NodeView> named(FleetReader fleet) {
    return Arrays.stream(names.split("[\\s,]+"))
        .filter(n -> !n.isEmpty())
        .distinct()
        .limit(NODES_MAX + 1L)
        .map(n -> fleet.node(name(n)).orElseThrow(() -> missing(PageSupport.noNode(n))))
        .toList();
  }

  private static NodeName name(String text) {
    try {
      return new NodeName(text);
    } catch (IllegalArgumentException e) {
      throw missing(String.valueOf(e.getMessage()));
    }
  }

  private static Refusal missing(String detail) {
    return new Refusal(Refusal.Kind.NOT_FOUND, "NODE_MISSING", detail, "names");
  }

  private static Refusal refusal(String code, String detail) {
    return new Refusal(Refusal.Kind.INVALID, code, detail, "names");
  }

  /** The same with the CLI. */
  String command(List<NodeView> nodes, PinView pin) {
    String whom =
        selector.isEmpty()
            ? nodes.stream().map(n -> n.name().value()).collect(Collectors.joining(" "))
            : "-l " + ShellWord.of(selector);
    return "pullcord pin "
        + whom
        + " "
        + ShellWord.of(pin.ref())
        + " --for "
        + ShellWord.of(duration)
        + " --reason "
        + ShellWord.of(pin.reason());
  }
}
