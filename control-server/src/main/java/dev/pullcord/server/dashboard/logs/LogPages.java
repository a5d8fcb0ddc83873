package dev.pullcord.server.dashboard.logs;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.unit.NaturalOrder;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.limit.Shares;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.Selector;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The ends of the logs of one node or several, read anew every few seconds while the page is open,
 * and as a file to keep. Logs may have what nobody meant to show: they are for operators.
 */
public final class LogPages implements Pages {
  /** More nodes than this are no page. */
  static final int NODES_MAX = 20;

  /** So many are looked for, to say how many are left out. */
  private static final int COUNTED_MAX = 10 * NODES_MAX;

  private static final int LINES_DEFAULT = 100;
  private static final int LINES_MAX = 2000;
  private static final String LOGS = "/ui/logs";

  private final FleetReader fleet;
  private final LogTails tails;
  private final Shares readers;

  /**
   * The pages.
   *
   * @param readers how many there may be at a time
   */
  public LogPages(FleetReader fleet, LogTails tails, Shares readers) {
    this.fleet = fleet;
    this.tails = tails;
    this.readers = readers;
  }

  /**
   * What an address asks for.
   *
   * @param names of nodes, with spaces between them
   * @param selector labels, in place of names
   * @param worker one worker; empty for all
   * @param text only lines with this in them
   * @param lines so many of the last ones of each node
   * @param live whether the page is read anew
   */
  record Query(String names, String selector, String worker, String text, int lines, boolean live) {
    static Query of(Context ctx) {
      return new Query(
          param(ctx, "names"),
          param(ctx, "selector"),
          param(ctx, "worker"),
          param(ctx, "q"),
          number(param(ctx, "lines")),
          !param(ctx, "live").equals("no"));
    }

    private static String param(Context ctx, String name) {
      return Optional.ofNullable(ctx.queryParam(name)).orElse("").strip();
    }

    private static int number(String text) {
      if (text.isEmpty()) {
        return LINES_DEFAULT;
      }
      if (!text.matches("[0-9]{1,4}")
          || Integer.parseInt(text) < 1
          || Integer.parseInt(text) > LINES_MAX) {
        throw new Refusal(
            Refusal.Kind.INVALID,
            "LINES",
            Quoted.of(text) + " lines: a number from 1 to " + LINES_MAX + " expected",
            "lines");
      }
      return Integer.parseInt(text);
    }

    boolean nothing() {
      return names.isEmpty() && selector.isEmpty();
    }

    /** The same, read anew or not. */
    String address(String path, boolean goesOn) {
      return path
          + "?names="
          + encoded(names)
          + "&selector="
          + encoded(selector)
          + "&worker="
          + encoded(worker)
          + "&q="
          + encoded(text)
          + "&lines="
          + lines
          + (goesOn ? "" : "&live=no");
    }

    String download() {
      return address("/ui/logs/file", true);
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    List<String> commands() {
      String whom =
          selector.isEmpty() ? names.isEmpty() ? "NODE" : names : "-l " + ShellWord.of(selector);
      return List.of("pullcord logs " + whom + " -n " + lines, "pullcord logs " + whom + " -f");
    }
  }

  /**
   * The page.
   *
   * @param only the one node that it is about; null for the page of several
   * @param workers that the nodes have
   * @param left how many nodes are not shown
   */
  record View(
      Html.Frame frame,
      Query query,
      @Nullable String only,
      Set<String> workers,
      List<LogTails.Tail> tails,
      int left,
      Instant now) {
    String path() {
      return only == null ? LOGS : "/ui/nodes/" + only + "/logs";
    }

    /** How many are left out, in words. */
    String more() {
      boolean counted = !query.names().isEmpty() || left + NODES_MAX < COUNTED_MAX;
      return (counted ? "" : "At least ")
          + left
          + (left == 1 ? " node more has" : " nodes more have")
          + (query.names().isEmpty() ? " these labels" : " these names");
    }

    String title() {
      return only == null ? "Logs" : "Logs of " + only;
    }
  }

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    Handler one = ctx -> show(support, ctx, ctx.pathParam("name"));
    return List.of(
        support.page(LOGS, ctx -> show(support, ctx, null)),
        support.page("/ui/logs/file", ctx -> file(support, ctx)),
        support.page("/ui/nodes/{name}/logs", one));
  }

  private void show(PageSupport support, Context ctx, @Nullable String only)
      throws InterruptedException {
    Query asked = Query.of(ctx);
    Query query =
        only == null
            ? asked
            : new Query(only, "", asked.worker(), asked.text(), asked.lines(), asked.live());
    List<NodeView> nodes = nodes(query);
    Set<String> workers = new TreeSet<>();
    nodes.forEach(n -> workers.addAll(n.workers().keySet()));
    support.show(
        ctx,
        HttpStatus.OK,
        "logs/logs.jte",
        new View(
            support.frame(ctx),
            query,
            only,
            workers,
            tails(support, ctx, query, nodes),
            Math.max(0, nodes.size() - NODES_MAX),
            support.now()));
  }

  private void file(PageSupport support, Context ctx) throws InterruptedException {
    Query query = Query.of(ctx);
    StringBuilder text = new StringBuilder();
    for (LogTails.Tail tail : tails(support, ctx, query, nodes(query))) {
      if (tail.problem() != null) {
        text.append(tail.node()).append("\t# ").append(tail.problem()).append('\n');
      }
      tail.lines().forEach(l -> text.append(tail.node()).append('\t').append(l).append('\n'));
    }
    ctx.contentType("text/plain; charset=utf-8");
    ctx.header("Content-Disposition", "attachment; filename=\"pullcord-logs.txt\"");
    ctx.result(text.toString());
  }

  private List<LogTails.Tail> tails(
      PageSupport support, Context ctx, Query query, List<NodeView> nodes)
      throws InterruptedException {
    List<NodeName> names = nodes.stream().limit(NODES_MAX).map(NodeView::name).toList();
    try (Shares.Share _ = readers.take(support.who(ctx).owner())) {
      String worker = query.worker().isEmpty() ? null : query.worker();
      return tails.read(names, worker, query.lines()).stream()
          .map(t -> t.having(query.text()))
          .toList();
    }
  }

  private List<NodeView> nodes(Query query) {
    if (query.nothing()) {
      return List.of();
    }
    if (query.names().isEmpty()) {
      return fleet.nodes(Selector.parse(query.selector()), Set.of(), null, COUNTED_MAX).stream()
          .sorted(Comparator.comparing(n -> n.name().value(), NaturalOrder.OF_NAMES))
          .toList();
    }
    return Arrays.stream(query.names().split("[\\s,]+")).distinct().map(this::node).toList();
  }

  private NodeView node(String name) {
    try {
      return fleet.node(new NodeName(name)).orElseThrow(() -> missing(PageSupport.noNode(name)));
    } catch (IllegalArgumentException e) {
      throw missing(String.valueOf(e.getMessage()));
    }
  }

  private static Refusal missing(String detail) {
    return new Refusal(Refusal.Kind.NOT_FOUND, "NODE_MISSING", detail, "names");
  }
}
