package dev.pullcord.server.api;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.NodeLog;
import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.channel.JoinedLogs;
import dev.pullcord.server.channel.LogRelay;
import dev.pullcord.server.channel.LogSources;
import dev.pullcord.server.openapi.ApiParameter;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.limit.OpenRequests;
import dev.pullcord.server.security.limit.Shares;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /api/v1/nodes/{name}/logs}: the end of a worker's log as plain text, and with {@code
 * follow} what comes after it, until the reader goes away, may no longer read, or the node is
 * removed. A line that begins with a NUL says that the reader is still waited for, and is not part
 * of the log. {@code GET /api/v1/logs}: the same of several nodes as one stream of JSON lines,
 * where an empty line says that.
 */
public final class LogApi {
  private static final int LINES_DEFAULT = 200;
  private static final int LINES_MAX = 10_000;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final Duration STILL_HERE_EVERY = Duration.ofSeconds(5);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final ApiParameter WORKER =
      ApiParameter.query("worker", "One worker; all of a node's when it is left out.");
  private static final ApiParameter LINES =
      ApiParameter.number("lines", "So many of the last lines.", LINES_DEFAULT, LINES_MAX);
  private static final ApiParameter FOLLOW =
      ApiParameter.flag("follow", "Whether what comes later is wanted, too.");
  private static final Logger LOG = LoggerFactory.getLogger(LogApi.class);

  private final LogSources sources;
  private final Function<Context, BooleanSupplier> stillAllowed;
  private final Shares readers;
  private final OpenRequests open;
  private final LongSupplier nanos;
  private volatile boolean stopping;

  /**
   * Over those logs.
   *
   * @param stillAllowed makes what is asked while a log is read
   * @param readers how many there may be
   * @param open told of them
   * @param nanos the time
   */
  public LogApi(
      LogSources sources,
      Function<Context, BooleanSupplier> stillAllowed,
      Shares readers,
      OpenRequests open,
      LongSupplier nanos) {
    this.nanos = nanos;
    this.sources = sources;
    this.stillAllowed = stillAllowed;
    this.readers = readers;
    this.open = open;
  }

  /** Its routes. */
  public List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/api/v1/nodes/{name}/logs", "The end of its workers' logs, and what follows.")
            .note(
                "With follow the answer goes on until the reader ends it; a line that begins with"
                    + " a NUL is none of the log: it says that the server is still there, or, with"
                    + " the words broke off, that the log ended before its end.")
            .with(Parameters.NODE, WORKER, LINES, FOLLOW)
            .sends("text/plain", "Lines of the log, as they come.", this::logs),
        ApiRoute.get("/api/v1/logs", "The logs of several nodes as one stream.")
            .note(
                "Each line is a JSON document: node, and line; without a line that log is at its"
                    + " end, and problem says why it could not be read. The stream ends with the"
                    + " last log, with follow when the reader ends it; an empty line only says that"
                    + " the server is still there.")
            .with(
                ApiParameter.query(
                    "nodes", "Names with commas between them, at most " + NodeLog.NODES_MAX + "."),
                WORKER,
                LINES,
                FOLLOW)
            .sends(NodeLog.MEDIA_TYPE, "Lines of the logs, as they come.", this::joined));
  }

  /** Ends all readings within a second. */
  public void stop() {
    stopping = true;
  }

  private static LogRelay.Wish wish(Context ctx) {
    return new LogRelay.Wish(
        ctx.queryParam("worker"),
        Parameters.number(ctx, "lines", LINES_DEFAULT, LINES_MAX),
        Parameters.flag(ctx, "follow"));
  }

  private void logs(Context ctx) throws InterruptedException {
    NodeName name = Parameters.node(ctx, "name");
    LogRelay.Wish wish = wish(ctx);
    BooleanSupplier token = stillAllowed.apply(ctx);
    try (Shares.Share _ = readers.take(Caller.person(ctx).owner());
        LogRelay.Reading reading = sources.open(name, wish);
        OpenRequests.Standing standing =
            open.enter(
                ctx,
                () -> token.getAsBoolean() && sources.there(name, reading),
                OpenRequests.SHORT)) {
      LogLines first =
          reading
              .next(ANSWER_WITHIN)
              .orElseThrow(() -> LogSources.silent(name, ANSWER_WITHIN.toSeconds()));
      begin(ctx, "text/plain; charset=utf-8");
      OutputStream out = ctx.res().getOutputStream();
      String broken = pump(standing, first, reading, out);
      if (broken != null) {
        write(
            out, "the log of " + name + " ends here: " + broken + "\n" + NodeLog.BROKE_OFF + "\n");
      }
    } catch (IOException e) {
      LOG.debug("a log's reader went away: {}", e.toString());
    }
  }

  private void joined(Context ctx) throws InterruptedException {
    Set<NodeName> names = Parameters.nodes(ctx, "nodes", NodeLog.NODES_MAX);
    LogRelay.Wish wish = wish(ctx);
    try (Shares.Share _ = readers.take(Caller.person(ctx).owner());
        OpenRequests.Standing standing =
            open.enter(ctx, stillAllowed.apply(ctx), OpenRequests.SHORT);
        JoinedLogs logs = sources.join(names, wish)) {
      begin(ctx, NodeLog.MEDIA_TYPE);
      pump(standing, logs, ctx.res().getOutputStream());
    } catch (IOException e) {
      LOG.debug("a reader of logs went away: {}", e.toString());
    }
  }

  private static void begin(Context ctx, String mediaType) {
    ctx.res().setContentType(mediaType);
    ctx.res().setHeader("Cache-Control", "no-store");
    ctx.res().setHeader("X-Accel-Buffering", "no");
  }

  private void pump(OpenRequests.Standing standing, JoinedLogs logs, OutputStream out)
      throws IOException, InterruptedException {
    write(out, logs.refused());
    long asked = nanos.getAsLong();
    long said = asked;
    while (!stopping && !logs.ended() && standing.goesOn()) {
      List<NodeLog> lines = new ArrayList<>(logs.next(LOOK_EVERY));
      long now = nanos.getAsLong();
      if (now - asked >= ANSWER_WITHIN.toNanos()) {
        lines.addAll(logs.endSilent(ANSWER_WITHIN.toSeconds()));
      }
      lines.addAll(logs.endRemoved());
      lines.addAll(logs.endBroken());
      if (!lines.isEmpty()) {
        write(out, lines);
        said = now;
      } else if (now - said >= STILL_HERE_EVERY.toNanos()) {
        write(out, "\n");
        said = now;
      }
    }
  }

  private static void write(OutputStream out, List<NodeLog> lines) throws IOException {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(PullcordJson.write(line)).append('\n'));
    write(out, text.toString());
  }

  /** Until its end; why it has none, for a log that broke off. */
  private @Nullable String pump(
      OpenRequests.Standing standing, LogLines first, LogRelay.Reading reading, OutputStream out)
      throws IOException, InterruptedException {
    @Nullable LogLines piece = first;
    Duration quiet = Duration.ZERO;
    boolean within = false;
    while (!stopping && standing.goesOn()) {
      // Asked once: while the line's end is written, more may come, and it is broken no longer.
      String broken = piece == null ? reading.broken().orElse(null) : null;
      if (piece != null) {
        write(out, piece.text());
        if (piece.last()) {
          return null;
        }
        within = !piece.text().endsWith("\n");
        quiet = Duration.ZERO;
      } else if (broken != null) {
        write(out, within ? "\n" : "");
        return broken;
      } else if (quiet.compareTo(STILL_HERE_EVERY) >= 0) {
        write(out, "\0\n");
        quiet = Duration.ZERO;
      }
      piece = reading.next(LOOK_EVERY).orElse(null);
      quiet = quiet.plus(LOOK_EVERY);
    }
    return null;
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
