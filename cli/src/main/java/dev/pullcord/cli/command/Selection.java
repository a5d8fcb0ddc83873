package dev.pullcord.cli.command;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerClient;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.NodeName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the nodes that are meant, by name or by {@code -l}; refuses both, neither, and nobody. */
public final class Selection {
  private Selection() {}

  /**
   * The nodes as they are now, all of them or a {@link Failure}: nothing is changed for half of a
   * list with a misspelt name in it.
   */
  public static List<NodeView> resolve(
      ServerClient server, List<String> names, @Nullable String selector) {
    if (selector == null && names.isEmpty()) {
      throw Failure.usage("which nodes? names or -l LABELS expected");
    }
    if (selector == null) {
      List<NodeName> checked = new LinkedHashSet<>(names).stream().map(Selection::name).toList();
      List<NodeView> nodes = new ArrayList<>();
      for (NodeName name : checked) {
        nodes.add(Replies.need(server.node(name)));
      }
      return nodes;
    }
    if (!names.isEmpty()) {
      throw Failure.usage("names or -l LABELS, not both");
    }
    return some(server, selector);
  }

  /** The nodes of a selector, which are not none. */
  public static List<NodeView> some(ServerClient server, String selector) {
    check(selector);
    List<NodeView> nodes = Replies.need(server.nodes(selector, null)).nodes();
    if (nodes.isEmpty()) {
      throw Failure.usage("no node has " + selector + "; pullcord nodes shows their labels");
    }
    return nodes;
  }

  /** Fails where there is nothing in a selector: it would mean everybody. */
  public static void check(String selector) {
    if (selector.isBlank()) {
      throw Failure.usage("-l is empty, as a variable that is not set; LABELS expected");
    }
  }

  /** Reads a node's name that a person gave. */
  public static NodeName name(String text) {
    try {
      return new NodeName(text);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()));
    }
  }
}
