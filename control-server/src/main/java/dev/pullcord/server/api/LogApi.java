package dev.pullcord.server.api;

import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.server.channel.LogRelay;
import dev.pullcord.server.openapi.ApiParameter;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.limit.OpenRequests;
import dev.pullcord.server.security.limit.Shares;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /api/v1/nodes/{name}/logs}: the end of a worker's log as plain text, and with {@code
 * follow} what comes after it, until the reader goes away, may no longer read, or the node is
 * removed. A line that begins with a NUL says that the reader is still waited for, and is not part
 * of the log.
 */
public final class LogApi {
  private static final int LINES_DEFAULT = 200;
  private static final int LINES_MAX = 10_000;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final Duration STILL_HERE_EVERY = Duration.ofSeconds(5);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final Logger LOG = LoggerFactory.getLogger(LogApi.class);

  private final Function<NodeName, Optional<Long>> nodes;
  private final Function<NodeName, Optional<Set<String>>> workers;
  private final LogRelay relay;
  private final Function<Context, BooleanSupplier> stillAllowed;
  private final Shares readers;
  private final OpenRequests open;
  private volatile boolean stopping;

  /**
   * Over that relay.
   *
   * @param nodes ids by name
   * @param workers those that a node said it has; empty when it has not said
   * @param stillAllowed makes what is asked while a log is read
   * @param readers how many there may be
   * @param open told of them
   */
  public LogApi(
      Function<NodeName, Optional<Long>> nodes,
      Function<NodeName, Optional<Set<String>>> workers,
      LogRelay relay,
      Function<Context, BooleanSupplier> stillAllowed,
      Shares readers,
      OpenRequests open) {
    this.readers = readers;
    this.open = open;
    this.nodes = nodes;
    this.workers = workers;
    this.relay = relay;
    this.stillAllowed = stillAllowed;
  }

  /** Its route. */
  public List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/api/v1/nodes/{name}/logs", "The end of its workers' logs, and what follows.")
            .note(
                "With follow the answer goes on until the reader ends it; a line that begins with"
                    + " a NUL only says that the server is still there.")
            .with(
                Parameters.NODE,
                ApiParameter.query("worker", "One worker; all of the node's when it is left out."),
                ApiParameter.number(
                    "lines", "So many of the last lines.", LINES_DEFAULT, LINES_MAX),
                ApiParameter.flag("follow", "Whether what comes later is wanted, too."))
            .sends("text/plain", "Lines of the log, as they come.", this::logs));
  }

  /** Ends all readings within a second. */
  public void stop() {
    stopping = true;
  }

  private void logs(Context ctx) throws InterruptedException {
    NodeName name = Parameters.node(ctx, "name");
    int lines = Parameters.number(ctx, "lines", LINES_DEFAULT, LINES_MAX);
    boolean follow = Parameters.flag(ctx, "follow");
    long node =
        nodes
            .apply(name)
            .orElseThrow(() ->
                new Refusal(
                    Refusal.Kind.NOT_FOUND,
                    "NODE_UNKNOWN",
                    "there is no node " + name.value() + "; pullcord nodes lists them",
                    "name"));
    String worker = ctx.queryParam("worker");
    refuseUnknown(name, worker);
    BooleanSupplier token = stillAllowed.apply(ctx);
    BooleanSupplier allowed =
        () -> token.getAsBoolean() && nodes.apply(name).equals(Optional.of(node));
    try (Shares.Share _ = readers.take(Caller.person(ctx).owner());
        OpenRequests.Standing standing = open.enter(ctx, allowed, OpenRequests.SHORT);
        LogRelay.Reading reading = relay.open(node, name, worker, lines, follow)) {
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
      pump(standing, first.get(), reading, ctx.res().getOutputStream());
    } catch (IOException e) {
      LOG.debug("a log's reader went away: {}", e.toString());
    }
  }

  private void refuseUnknown(NodeName name, @Nullable String worker) {
    Set<String> known = workers.apply(name).orElse(null);
    if (worker != null && known != null && !known.contains(worker)) {
      throw new Refusal(
          Refusal.Kind.NOT_FOUND,
          "WORKER_MISSING",
          name.value()
              + " has no worker "
              + Quoted.of(worker)
              + (known.isEmpty() ? ", and no other" : ", only ")
              + String.join(", ", new TreeSet<>(known))
              + DidYouMean.of(worker, known),
          "worker");
    }
  }

  private void pump(
      OpenRequests.Standing standing, LogLines first, LogRelay.Reading reading, OutputStream out)
      throws IOException, InterruptedException {
    @Nullable LogLines piece = first;
    Duration quiet = Duration.ZERO;
    while (!stopping && standing.goesOn()) {
      if (piece != null) {
        write(out, piece.text());
        if (piece.last()) {
          return;
        }
        quiet = Duration.ZERO;
      } else if (quiet.compareTo(STILL_HERE_EVERY) >= 0) {
        write(out, "\0\n");
        quiet = Duration.ZERO;
      }
      piece = reading.next(LOOK_EVERY).orElse(null);
      quiet = quiet.plus(LOOK_EVERY);
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
