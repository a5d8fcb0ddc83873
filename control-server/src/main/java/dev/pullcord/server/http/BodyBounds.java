package dev.pullcord.server.http;

import dev.pullcord.server.security.Port;
import java.time.Duration;
import java.util.Set;

/**
 * How large the body of a request may be, and how long it may take to come.
 *
 * @param bytes negative where the route itself counts: what git sends is not held in memory
 * @param time for the whole of it
 */
record BodyBounds(long bytes, Duration time) {
  private static final long SMALL = 16 << 10;
  private static final long FORM = 64 << 10;
  private static final long MIB = 1 << 20;
  private static final long ACTIONS = 2 << 20;
  private static final long REPORTS = 8 << 20;
  private static final long WEBHOOK = 4 << 20;

  /** Forms that name nodes: those of the largest fleet have to fit. */
  private static final Set<String> OF_NODES =
      Set.of("/ui/actions/foresee", "/ui/actions/run", "/ui/pins", "/ui/pins/foresee", "/ui/retry");

  private static final Duration TIME = Duration.ofSeconds(30);
  private static final Duration GIT_TIME = Duration.ofHours(1);

  /** Those of a request. */
  static BodyBounds of(Port port, String path) {
    if (path.startsWith("/git/")) {
      return new BodyBounds(-1, GIT_TIME);
    }
    return new BodyBounds(port == Port.AGENTS ? agents(path) : people(path), TIME);
  }

  private static long agents(String path) {
    return switch (path) {
      case "/agent/v1/reports" -> REPORTS;
      case "/agent/v1/actions" -> ACTIONS;
      case "/agent/v1/logs" -> MIB;
      default -> SMALL;
    };
  }

  private static long people(String path) {
    if (path.startsWith("/api/")) {
      return MIB;
    }
    if (path.startsWith("/webhooks/")) {
      return WEBHOOK;
    }
    if (OF_NODES.contains(path)) {
      return MIB;
    }
    return path.startsWith("/ui/") && !path.equals("/ui/sign-in") ? FORM : SMALL;
  }

  boolean counted() {
    return bytes >= 0;
  }
}
