package dev.pullcord.server.security;

import dev.pullcord.base.tls.KeyPin;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.limit.FailedSignIns;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.NotFoundResponse;
import io.javalin.router.Endpoint;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;

/**
 * Runs before every matched route: finds its line in {@link Permissions}, and who calls, by token,
 * browser session or key. What the route does not ask for is not looked at: a token is no use on
 * the agents' port or for a page, and no key on the people's port. Whoever is refused is in the
 * audit log, but for who showed nothing at all: git asks first without a token, and so does every
 * browser that comes across.
 */
public final class AccessControl implements Handler {
  private static final String GIT = "/git/";
  private static final String PAGES = "/ui/";
  private static final int HEADER_MAX = 1024;

  private final Permissions permissions;
  private final Credentials credentials;
  private final NodeAccess nodes;
  private final Function<Context, Optional<Principal>> browsers;
  private final AuditTrail trail;
  private final FailedSignIns failures;

  /**
   * Access control.
   *
   * @param permissions what each route asks for
   * @param credentials of the store
   * @param nodes finds the node of a request
   * @param browsers finds who is signed in with the browser of a request
   * @param trail told of refusals
   * @param failures counts tokens that do not work
   */
  public AccessControl(
      Permissions permissions,
      Credentials credentials,
      NodeAccess nodes,
      Function<Context, Optional<Principal>> browsers,
      AuditTrail trail,
      FailedSignIns failures) {
    this.permissions = permissions;
    this.failures = failures;
    this.credentials = credentials;
    this.nodes = nodes;
    this.browsers = browsers;
    this.trail = trail;
  }

  /** What each route asks for. */
  public Permissions permissions() {
    return permissions;
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
        permissions
            .find(port, endpoint.method.name(), endpoint.path)
            .orElseThrow(NotFoundResponse::new);
    ctx.attribute(Caller.ATTRIBUTE, caller(ctx, line.permission()));
  }

  private Caller caller(Context ctx, Permission permission) {
    return switch (permission) {
      case ANONYMOUS -> ctx.path().startsWith(PAGES) ? browser(ctx) : new Caller.Anonymous();
      case UI_WALL, UI_VIEWER, UI_OPERATOR, UI_ADMIN -> browser(ctx);
      case ANY_KEY -> new Caller.Key(nodes.key(request(ctx)));
      case NODE -> nodes.node(request(ctx));
      case VIEWER -> person(ctx, Principal.Role.VIEWER);
      case OPERATOR -> person(ctx, Principal.Role.OPERATOR);
      case ADMIN -> person(ctx, Principal.Role.ADMIN);
    };
  }

  private static Request request(Context ctx) {
    return ServletContextRequest.getServletContextRequest(ctx.req());
  }

  /** Nobody is refused here: the pages lead those who are not signed in to the form. */
  private Caller browser(Context ctx) {
    Optional<Principal> who = browsers.apply(ctx);
    who.ifPresent(principal -> ConnectionProof.shown(ctx, principal.owner()));
    return who.<Caller>map(Caller.Person::new).orElseGet(Caller.Anonymous::new);
  }

  /** The id of a certificate's key. */
  public static NodeKeyId keyId(X509Certificate certificate) {
    return new NodeKeyId(KeyPin.of(certificate));
  }

  private Caller person(Context ctx, Principal.Role needed) {
    Optional<String> token = token(ctx);
    Principal principal =
        token
            .flatMap(credentials::person)
            .orElseThrow(() -> unauthenticated(ctx, token.orElse("")))
            .from(Sources.of(ctx));
    require(trail, ctx, principal, needed);
    ConnectionProof.shown(ctx, principal.owner());
    return new Caller.Person(principal);
  }

  /**
   * Lets nobody pass who lacks a role, and says so to the audit log.
   *
   * @throws Refusal 403 {@code SCOPE}
   */
  public static void require(
      AuditTrail trail, Context ctx, Principal principal, Principal.Role needed) {
    if (!lacks(trail, ctx, principal, needed)) {
      return;
    }
    throw new Refusal(
        Refusal.Kind.FORBIDDEN,
        "SCOPE",
        "this needs the role "
            + needed.word()
            + "; "
            + principal.owner()
            + " has "
            + principal.role().word()
            + "; an admin makes a token for it: pullcord tokens create NAME --role "
            + needed.word(),
        null);
  }

  /** Whether somebody lacks a role; then it is in the audit log. */
  public static boolean lacks(
      AuditTrail trail, Context ctx, Principal principal, Principal.Role needed) {
    if (principal.role().compareTo(needed) >= 0) {
      return false;
    }
    trail.refused(
        principal.owner(),
        Sources.of(ctx),
        "denied",
        ctx.path(),
        ctx.method() + " needs the role " + needed.word() + ", not " + principal.role().word());
    return true;
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
