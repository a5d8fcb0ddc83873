package dev.pullcord.server.api;

import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.fleet.Refusal;
import dev.pullcord.server.logs.LogRelay;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /api/v1/nodes/{name}/logs}: the end of a worker's log as plain text, and with {@code
 * follow} what comes after it, until the reader goes away. A line that begins with a NUL says that
 * the reader is still waited for, and is not part of the log.
 */
public final class LogApi {
  private static final int LINES_DEFAULT = 200;
  private static final int LINES_MAX = 10_000;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final Duration STILL_HERE_EVERY = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(LogApi.class);

  private final Function<NodeName, Optional<Long>> nodes;
  private final LogRelay relay;
  private final Predicate<Context> stillAllowed;
  private volatile boolean stopping;

  /**
   * Over that relay.
   *
   * @param nodes ids by name
   * @param stillAllowed asked while a log is followed
   */
  public LogApi(
      Function<NodeName, Optional<Long>> nodes, LogRelay relay, Predicate<Context> stillAllowed) {
    this.nodes = nodes;
    this.relay = relay;
    this.stillAllowed = stillAllowed;
  }

  /** Adds the route. */
  public void routes(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/nodes/{name}/logs", this::logs);
  }

  /** Ends all readings within a few seconds. */
  public void stop() {
    stopping = true;
  }

  private void logs(Context ctx) throws InterruptedException {
    Parameters.only(ctx, "worker", "lines", "follow");
    NodeName name = Parameters.node(ctx, "name");
    int lines = Parameters.number(ctx, "lines", LINES_DEFAULT, LINES_MAX);
    boolean follow = Parameters.flag(ctx, "follow");
    long node =
        nodes
            .apply(name)
            .orElseThrow(() ->
                new Refusal(
                    Refusal.Kind.NOT_FOUND, "NODE_UNKNOWN", "no node " + name.value(), "name"));
    try (LogRelay.Reading reading =
        relay.open(node, name, ctx.queryParam("worker"), lines, follow)) {
      Optional<LogLines> first = reading.next(ANSWER_WITHIN);
      if (first.isEmpty()) {
        throw new Refusal(
            Refusal.Kind.CONFLICT,
            "NODE_SILENT",
            name.value()
                + " did not answer within "
                + ANSWER_WITHIN.toSeconds()
                + " s: it has just gone away, or its agent is older than this server; see"
                + " pullcord why "
                + name.value(),
            null);
      }
      ctx.res().setContentType("text/plain; charset=utf-8");
      ctx.res().setHeader("Cache-Control", "no-store");
      ctx.res().setHeader("X-Accel-Buffering", "no");
      pump(ctx, first.get(), reading, ctx.res().getOutputStream());
    } catch (IOException e) {
      LOG.debug("a log's reader went away: {}", e.toString());
    }
  }

  private void pump(Context ctx, LogLines first, LogRelay.Reading reading, OutputStream out)
      throws IOException, InterruptedException {
    LogLines piece = first;
    while (true) {
      write(out, piece.text());
      if (piece.last()) {
        return;
      }
      Optional<LogLines> next = reading.next(STILL_HERE_EVERY);
      while (next.isEmpty()) {
        if (stopping || !stillAllowed.test(ctx)) {
          return;
        }
        write(out, "\0\n");
        next = reading.next(STILL_HERE_EVERY);
      }
      piece = next.get();
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
