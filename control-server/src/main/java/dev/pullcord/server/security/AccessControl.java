package dev.pullcord.server.security;

import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.fleet.Refusal;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.NotFoundResponse;
import io.javalin.router.Endpoint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/**
 * Runs before every matched route: finds its line in {@link Permissions}, and who calls. What the
 * route does not ask for is not looked at: a token is no use on the agents' port, and no key on the
 * people's. Whoever is refused is in the audit log, but for who showed nothing at all: git asks
 * first without a token, and so does every browser that comes across.
 */
public final class AccessControl implements Handler {
  private static final String GIT = "/git/";
  private static final int HEADER_MAX = 1024;

  /** What the audit log calls a key that is no node's. */
  public static final String KEY_REFUSED = "key.refused";

  private final Credentials credentials;
  private final PeerKeys peers;
  private final AuditTrail trail;
  private final FailedSignIns failures;

  /**
   * Access control.
   *
   * @param credentials of the store
   * @param peers how a connection's key is found
   * @param trail told of refusals
   * @param failures counts tokens that do not work
   */
  public AccessControl(
      Credentials credentials, PeerKeys peers, AuditTrail trail, FailedSignIns failures) {
    this.failures = failures;
    this.credentials = credentials;
    this.peers = peers;
    this.trail = trail;
  }

  /**
   * Whether the token of a request still allows it; to be asked from any thread while the request
   * lasts.
   */
  public BooleanSupplier stillAllowed(Context ctx, Principal.Role needed) {
    String token = token(ctx).orElse("");
    return () -> credentials.person(token).filter(p -> p.role().compareTo(needed) >= 0).isPresent();
  }

  private static Optional<String> token(Context ctx) {
    String header = ctx.header("Authorization");
    if (header == null || header.length() > HEADER_MAX) {
      return Optional.empty();
    }
    return ctx.path().startsWith(GIT) ? password(header) : bearer(header);
  }

  @Override
  public void handle(Context ctx) {
    Port port = ctx.attribute(Port.ATTRIBUTE);
    Endpoint endpoint = ctx.endpoints().matchedHttpEndpoint();
    if (port == null || endpoint == null) {
      throw new NotFoundResponse();
    }
    Permissions.Line line =
        Permissions.find(port, endpoint.method.name(), endpoint.path)
            .orElseThrow(NotFoundResponse::new);
    Caller caller = caller(ctx, line.permission());
    switch (caller) {
      case Caller.Person(Principal who) -> ConnectionProof.shown(ctx, who.owner());
      case Caller.Node(_, NodeName name) -> ConnectionProof.shown(ctx, name.value());
      case Caller.Anonymous _, Caller.Key _ -> {}
    }
    ctx.attribute(Caller.ATTRIBUTE, caller);
  }

  private Caller caller(Context ctx, Permission permission) {
    return switch (permission) {
      case ANONYMOUS, UI_SESSION -> new Caller.Anonymous();
      case ANY_KEY -> new Caller.Key(key(ctx));
      case NODE -> {
        NodeKeyId key = key(ctx);
        yield new Caller.Node(key, node(ctx, key));
      }
      case VIEWER -> person(ctx, Principal.Role.VIEWER);
      case OPERATOR -> person(ctx, Principal.Role.OPERATOR);
      case ADMIN -> person(ctx, Principal.Role.ADMIN);
    };
  }

  private NodeName node(Context ctx, NodeKeyId key) {
    try {
      return credentials.node(key);
    } catch (Refusal e) {
      trail.refused(
          AuditTrail.UNKNOWN, Sources.of(ctx), KEY_REFUSED, ctx.path(), e.code() + ", " + key);
      throw e;
    }
  }

  private NodeKeyId key(Context ctx) {
    return peers
        .of(ServletContextRequest.getServletContextRequest(ctx.req()))
        .orElseThrow(() ->
            new Refusal(
                Refusal.Kind.UNAUTHENTICATED,
                "NODE_UNKNOWN",
                "the connection shows no key; a client certificate is expected",
                null));
  }

  /** The id of a certificate's key. */
  public static NodeKeyId keyId(X509Certificate certificate) {
    try {
      byte[] spki = certificate.getPublicKey().getEncoded();
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(spki);
      return new NodeKeyId(HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private Caller person(Context ctx, Principal.Role needed) {
    Optional<String> token = token(ctx);
    Principal principal =
        token
            .flatMap(credentials::person)
            .orElseThrow(() -> unauthenticated(ctx, token.orElse("")))
            .from(Sources.of(ctx));
    require(trail, ctx, principal, needed);
    return new Caller.Person(principal);
  }

  /**
   * Lets nobody pass who lacks a role, and says so to the audit log.
   *
   * @throws Refusal 403 {@code SCOPE}
   */
  public static void require(
      AuditTrail trail, Context ctx, Principal principal, Principal.Role needed) {
    if (principal.role().compareTo(needed) >= 0) {
      return;
    }
    trail.refused(
        principal.owner(),
        Sources.of(ctx),
        "denied",
        ctx.path(),
        ctx.method() + " needs the role " + needed.word() + ", not " + principal.role().word());
    throw new Refusal(
        Refusal.Kind.FORBIDDEN,
        "SCOPE",
        "this needs the role "
            + needed.word()
            + "; "
            + principal.owner()
            + " has "
            + principal.role().word(),
        null);
  }

  private Refusal unauthenticated(Context ctx, String token) {
    boolean git = ctx.path().startsWith(GIT);
    if (ctx.header("Authorization") != null) {
      trail.refused(
          AuditTrail.UNKNOWN,
          Sources.of(ctx),
          "token.refused",
          ctx.path(),
          "it does not work here");
      if (failures.failedCall(token, ctx.ip())) {
        return new Refusal(
            Refusal.Kind.TOO_MANY,
            "TOKENS_REFUSED",
            FailedSignIns.CALLS_MAX
                + " tokens that do not work came within "
                + FailedSignIns.WINDOW.toMinutes()
                + " minutes; one that works is taken at any time",
            null,
            (int) FailedSignIns.WINDOW.toSeconds());
      }
    }
    ctx.header("WWW-Authenticate", git ? "Basic realm=\"Pullcord\"" : "Bearer");
    return new Refusal(
        Refusal.Kind.UNAUTHENTICATED,
        "UNAUTHENTICATED",
        git
            ? "a token is expected as the password; run pullcord login"
            : "a valid token is expected: Authorization: Bearer …",
        null);
  }

  private static Optional<String> bearer(String header) {
    return header.startsWith("Bearer ")
        ? Optional.of(header.substring("Bearer ".length()).strip())
        : Optional.empty();
  }

  private static Optional<String> password(String header) {
    if (!header.startsWith("Basic ")) {
      return Optional.empty();
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(header.substring("Basic ".length()).strip());
      String pair = new String(decoded, StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0 ? Optional.empty() : Optional.of(pair.substring(colon + 1));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
