package dev.pullcord.server.security;

import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import io.javalin.http.Context;
import java.util.Optional;

/** The caller of a request, as {@link AccessControl} found it before the route's handler ran. */
public sealed interface Caller {
  /** The request attribute that holds it. */
  String ATTRIBUTE = "pullcord.caller";

  /** Somebody who showed nothing, where nothing was asked for. */
  record Anonymous() implements Caller {}

  /**
   * A person or a script.
   *
   * @param principal whose token it is
   */
  record Person(Principal principal) implements Caller {}

  /**
   * A key on the agents' port that need not be a node's.
   *
   * @param key of the connection
   */
  record Key(NodeKeyId key) implements Caller {}

  /**
   * A node.
   *
   * @param key of the connection
   * @param name whose key it is
   */
  record Node(NodeKeyId key, NodeName name) implements Caller {}

  /** Who makes this request. */
  static Caller of(Context ctx) {
    Caller caller = ctx.attribute(ATTRIBUTE);
    if (caller == null) {
      throw new IllegalStateException("no access control ran for " + ctx.path());
    }
    return caller;
  }

  /** The person who makes this request, on a route that asks for one. */
  static Principal person(Context ctx) {
    if (of(ctx) instanceof Person(Principal principal)) {
      return principal;
    }
    throw new IllegalStateException(ctx.path() + " is not for people");
  }

  /** Who is signed in with the browser that makes this request, if somebody is. */
  static Optional<Principal> signedIn(Context ctx) {
    return of(ctx) instanceof Person(Principal principal)
        ? Optional.of(principal)
        : Optional.empty();
  }

  /** The key of the connection, on a route that asks for one. */
  static NodeKeyId key(Context ctx) {
    return switch (of(ctx)) {
      case Key(NodeKeyId key) -> key;
      case Node(NodeKeyId key, _) -> key;
      case Anonymous _, Person _ ->
          throw new IllegalStateException(ctx.path() + " is not for keys");
    };
  }

  /** The node that makes this request, on a route that asks for one. */
  static Node node(Context ctx) {
    if (of(ctx) instanceof Node node) {
      return node;
    }
    throw new IllegalStateException(ctx.path() + " is not for nodes");
  }
}
