package dev.pullcord.server.security;

import static dev.pullcord.server.security.Permission.ADMIN;
import static dev.pullcord.server.security.Permission.ANONYMOUS;
import static dev.pullcord.server.security.Permission.ANY_KEY;
import static dev.pullcord.server.security.Permission.NODE;
import static dev.pullcord.server.security.Permission.OPERATOR;
import static dev.pullcord.server.security.Permission.UI_ADMIN;
import static dev.pullcord.server.security.Permission.UI_OPERATOR;
import static dev.pullcord.server.security.Permission.UI_VIEWER;
import static dev.pullcord.server.security.Permission.UI_WALL;
import static dev.pullcord.server.security.Permission.VIEWER;
import static dev.pullcord.server.security.Port.AGENTS;
import static dev.pullcord.server.security.Port.PEOPLE;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The one table of routes: every route of both ports and what it asks for. A new route has a line
 * here and its handler in the room that serves it. A route that is served and has no line, and a
 * line that nothing serves, stop the start.
 */
public final class Permissions {
  private static final Permissions STANDARD =
      new Permissions(
          List.of(
              // It leads to the pages and shows nothing.
              new Line(PEOPLE, "GET", "/", ANONYMOUS),
              new Line(PEOPLE, "GET", "/healthz", ANONYMOUS),
              new Line(PEOPLE, "GET", "/readyz", ANONYMOUS),
              new Line(PEOPLE, "GET", "/metrics", VIEWER),
              new Line(PEOPLE, "GET", "/api/v1/openapi.json", VIEWER),
              new Line(PEOPLE, "GET", "/api/v1/whoami", VIEWER),
              new Line(PEOPLE, "GET", "/api/v1/events", VIEWER),
              new Line(PEOPLE, "GET", "/api/v1/fleet", VIEWER),
              new Line(PEOPLE, "GET", "/api/v1/nodes", VIEWER),
              new Line(PEOPLE, "GET", "/api/v1/nodes/{name}", VIEWER),
              new Line(PEOPLE, "GET", "/api/v1/nodes/{name}/history", VIEWER),
              new Line(PEOPLE, "DELETE", "/api/v1/nodes/{name}", ADMIN),
              // Logs may have what nobody meant to show.
              new Line(PEOPLE, "GET", "/api/v1/logs", OPERATOR),
              new Line(PEOPLE, "GET", "/api/v1/nodes/{name}/logs", OPERATOR),
              new Line(PEOPLE, "POST", "/api/v1/nodes/{name}/retry", OPERATOR),
              new Line(PEOPLE, "POST", "/api/v1/nodes/{name}/workers/{worker}/stop", OPERATOR),
              new Line(PEOPLE, "POST", "/api/v1/nodes/{name}/workers/{worker}/start", OPERATOR),
              new Line(PEOPLE, "POST", "/api/v1/nodes/{name}/workers/{worker}/restart", OPERATOR),
              new Line(PEOPLE, "POST", "/api/v1/nodes/{name}/generations/{n}/kill", OPERATOR),
              new Line(PEOPLE, "PUT", "/api/v1/nodes/{name}/suspension", OPERATOR),
              new Line(PEOPLE, "DELETE", "/api/v1/nodes/{name}/suspension", OPERATOR),
              new Line(PEOPLE, "PUT", "/api/v1/nodes/{name}/ref", OPERATOR),
              new Line(PEOPLE, "PATCH", "/api/v1/nodes/{name}/labels", OPERATOR),
              new Line(PEOPLE, "GET", "/api/v1/deployments", VIEWER),
              new Line(PEOPLE, "GET", "/api/v1/deployments/{id}", VIEWER),
              new Line(PEOPLE, "GET", "/api/v1/deployments/{id}/nodes/{name}/transcript", VIEWER),
              new Line(PEOPLE, "GET", "/api/v1/rollouts", VIEWER),
              new Line(PEOPLE, "GET", "/api/v1/rollouts/<ref>", VIEWER),
              new Line(PEOPLE, "POST", "/api/v1/rollouts/<ref>/pause", OPERATOR),
              new Line(PEOPLE, "POST", "/api/v1/rollouts/<ref>/resume", OPERATOR),
              new Line(PEOPLE, "POST", "/api/v1/rollouts/<ref>/promote", OPERATOR),
              new Line(PEOPLE, "GET", "/api/v1/plan", VIEWER),
              new Line(PEOPLE, "GET", "/api/v1/freezes", VIEWER),
              new Line(PEOPLE, "PUT", "/api/v1/freezes", OPERATOR),
              new Line(PEOPLE, "DELETE", "/api/v1/freezes", OPERATOR),
              new Line(PEOPLE, "GET", "/api/v1/gates", VIEWER),
              new Line(PEOPLE, "DELETE", "/api/v1/gates", OPERATOR),
              new Line(PEOPLE, "POST", "/api/v1/refs/<ref>/rollback", OPERATOR),
              new Line(PEOPLE, "DELETE", "/api/v1/refs/<ref>/rollback", OPERATOR),
              new Line(PEOPLE, "GET", "/api/v1/servers", VIEWER),
              new Line(PEOPLE, "GET", "/api/v1/upstream", VIEWER),
              new Line(PEOPLE, "POST", "/api/v1/upstream/fetch", OPERATOR),
              new Line(PEOPLE, "POST", "/api/v1/upstream/accept-rewind", OPERATOR),
              new Line(PEOPLE, "GET", "/api/v1/alerts", VIEWER),
              new Line(PEOPLE, "POST", "/api/v1/alerts/receivers/{name}/test", OPERATOR),
              new Line(PEOPLE, "POST", "/api/v1/alerts/messages/{id}/retry", OPERATOR),
              new Line(PEOPLE, "GET", "/api/v1/pins", VIEWER),
              new Line(PEOPLE, "PUT", "/api/v1/pins/{node}", OPERATOR),
              new Line(PEOPLE, "DELETE", "/api/v1/pins/{node}", OPERATOR),
              new Line(PEOPLE, "GET", "/api/v1/actions", VIEWER),
              new Line(PEOPLE, "GET", "/api/v1/runs", VIEWER),
              new Line(PEOPLE, "POST", "/api/v1/runs", OPERATOR),
              new Line(PEOPLE, "POST", "/api/v1/runs/foresee", OPERATOR),
              // Output may have what nobody meant to show, as logs may.
              new Line(PEOPLE, "GET", "/api/v1/runs/{id}", OPERATOR),
              new Line(PEOPLE, "GET", "/api/v1/runs/{id}/events", OPERATOR),
              new Line(PEOPLE, "POST", "/api/v1/runs/{id}/cancel", OPERATOR),
              new Line(PEOPLE, "GET", "/api/v1/invitations", ADMIN),
              new Line(PEOPLE, "POST", "/api/v1/invitations", ADMIN),
              new Line(PEOPLE, "DELETE", "/api/v1/invitations/{id}", ADMIN),
              new Line(PEOPLE, "GET", "/api/v1/tokens", ADMIN),
              new Line(PEOPLE, "POST", "/api/v1/tokens", ADMIN),
              new Line(PEOPLE, "DELETE", "/api/v1/tokens/{name}", ADMIN),
              new Line(PEOPLE, "GET", "/api/v1/audit", OPERATOR),
              // The advertisement before a push is checked once more by the git host itself.
              new Line(PEOPLE, "GET", "/git/{repository}/info/refs", VIEWER),
              new Line(PEOPLE, "POST", "/git/{repository}/git-upload-pack", VIEWER),
              new Line(PEOPLE, "POST", "/git/{repository}/git-receive-pack", OPERATOR),
              new Line(PEOPLE, "GET", "/ui", UI_VIEWER),
              new Line(PEOPLE, "GET", "/ui/wall", UI_WALL),
              new Line(PEOPLE, "GET", "/ui/events", UI_WALL),
              new Line(PEOPLE, "GET", "/ui/deployments", UI_VIEWER),
              new Line(PEOPLE, "GET", "/ui/deployments/{id}", UI_VIEWER),
              new Line(PEOPLE, "POST", "/ui/deployments/{id}/rollout", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/nodes/{name}", UI_VIEWER),
              new Line(PEOPLE, "POST", "/ui/nodes/{name}/foresee-pin", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/nodes/{name}/pin", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/nodes/{name}/unpin", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/nodes/{name}/follow", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/nodes/{name}/labels", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/nodes/{name}/retry", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/nodes/{name}/suspend", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/nodes/{name}/resume", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/nodes/{name}/worker", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/nodes/{name}/kill", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/nodes/{name}/remove", UI_ADMIN),
              new Line(PEOPLE, "POST", "/ui/freezes", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/freezes/end", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/freezes/end", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/gates/end", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/gates/end", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/rollbacks", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/rollbacks/end", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/rollbacks/end", UI_OPERATOR),
              // Logs may have what nobody meant to show.
              new Line(PEOPLE, "GET", "/ui/logs", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/logs/file", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/nodes/{name}/logs", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/retry", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/retry", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/rollback", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/repository", UI_VIEWER),
              new Line(PEOPLE, "POST", "/ui/repository/fetch", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/repository/accept-rewind", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/pins", UI_VIEWER),
              new Line(PEOPLE, "POST", "/ui/pins", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/pins/foresee", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/pins/{name}/unpin", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/actions", UI_VIEWER),
              new Line(PEOPLE, "POST", "/ui/actions/foresee", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/actions/run", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/runs/{id}", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/runs/{id}/cancel", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/invitations", UI_ADMIN),
              new Line(PEOPLE, "POST", "/ui/invitations", UI_ADMIN),
              new Line(PEOPLE, "POST", "/ui/invitations/{id}/revoke", UI_ADMIN),
              new Line(PEOPLE, "GET", "/ui/tokens", UI_ADMIN),
              new Line(PEOPLE, "POST", "/ui/tokens", UI_ADMIN),
              new Line(PEOPLE, "POST", "/ui/tokens/{name}/revoke", UI_ADMIN),
              new Line(PEOPLE, "GET", "/ui/alerts", UI_VIEWER),
              new Line(PEOPLE, "POST", "/ui/alerts/test", UI_OPERATOR),
              new Line(PEOPLE, "POST", "/ui/alerts/retry", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/audit", UI_OPERATOR),
              new Line(PEOPLE, "GET", "/ui/search", UI_VIEWER),
              new Line(PEOPLE, "GET", "/ui/settings", UI_VIEWER),
              new Line(PEOPLE, "POST", "/ui/sign-out-others", UI_VIEWER),
              new Line(PEOPLE, "POST", "/ui/sign-out", UI_VIEWER),
              new Line(PEOPLE, "POST", "/ui/sign-out-everywhere", UI_VIEWER),
              new Line(PEOPLE, "GET", "/ui/sign-in", ANONYMOUS),
              new Line(PEOPLE, "POST", "/ui/sign-in", ANONYMOUS),
              new Line(PEOPLE, "GET", "/ui/session", ANONYMOUS),
              new Line(PEOPLE, "GET", "/ui/static/{version}/{file}", ANONYMOUS),
              new Line(AGENTS, "GET", "/git/{repository}/info/refs", NODE),
              new Line(AGENTS, "POST", "/git/{repository}/git-upload-pack", NODE),
              new Line(AGENTS, "GET", "/git/{repository}/delta", NODE),
              new Line(AGENTS, "POST", "/agent/v1/enroll", ANY_KEY),
              new Line(AGENTS, "POST", "/agent/v1/session", NODE),
              new Line(AGENTS, "GET", "/agent/v1/desired", NODE),
              new Line(AGENTS, "GET", "/agent/v1/events", NODE),
              new Line(AGENTS, "POST", "/agent/v1/reports", NODE),
              new Line(AGENTS, "POST", "/agent/v1/facts", NODE),
              new Line(AGENTS, "POST", "/agent/v1/heartbeat", NODE),
              new Line(AGENTS, "POST", "/agent/v1/goodbye", NODE),
              new Line(AGENTS, "POST", "/agent/v1/actions", NODE),
              new Line(AGENTS, "POST", "/agent/v1/logs", NODE)));

  private final List<Line> lines;

  private Permissions(List<Line> lines) {
    this.lines = List.copyOf(lines);
  }

  /**
   * What one route asks for.
   *
   * @param port where it is served
   * @param method of HTTP
   * @param path with its parameters in braces, or in angle brackets where slashes are part of one
   * @param permission what a caller has to show
   */
  public record Line(Port port, String method, String path, Permission permission) {
    Served served() {
      return new Served(method, path);
    }
  }

  /**
   * A route that something serves.
   *
   * @param method of HTTP
   * @param path with its parameters in braces
   */
  public record Served(String method, String path) implements Comparable<Served> {
    @Override
    public int compareTo(Served other) {
      return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
      return path + " " + method;
    }
  }

  /** The table of this server. */
  public static Permissions standard() {
    return STANDARD;
  }

  /** The same with a route more. */
  public Permissions with(Line line) {
    return new Permissions(Stream.concat(lines.stream(), Stream.of(line)).toList());
  }

  /** All lines. */
  public List<Line> lines() {
    return lines;
  }

  /** The line for a route on a port; nothing when it does not exist there. */
  public Optional<Line> find(Port port, String method, String path) {
    return lines.stream()
        .filter(l -> l.port() == port && l.method().equals(method) && l.path().equals(path))
        .findFirst();
  }

  /** The role that a page or a form of the dashboard asks for. */
  public static Principal.Role pageRole(String method, String path) {
    Permission permission =
        STANDARD
            .find(Port.PEOPLE, method, path)
            .orElseThrow(() -> new IllegalStateException(method + " " + path + " has no line"))
            .permission();
    return switch (permission) {
      case UI_WALL -> Principal.Role.WALL;
      case UI_VIEWER -> Principal.Role.VIEWER;
      case UI_OPERATOR -> Principal.Role.OPERATOR;
      case UI_ADMIN -> Principal.Role.ADMIN;
      default ->
          throw new IllegalStateException(
              method + " " + path + " asks for " + permission + ", which no page does");
    };
  }

  /** Refuses the start when table and routes are not the same set. */
  public void verify(Collection<Served> served) {
    TreeSet<Served> unlisted = new TreeSet<>(served);
    TreeSet<Served> unserved =
        lines.stream().map(Line::served).collect(Collectors.toCollection(TreeSet::new));
    unlisted.removeAll(unserved);
    unserved.removeAll(served);
    if (!unlisted.isEmpty() || !unserved.isEmpty()) {
      throw new IllegalStateException(
          "the permission table does not fit the routes: without a line "
              + unlisted
              + ", without a route "
              + unserved);
    }
  }
}
