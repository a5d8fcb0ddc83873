package dev.pullcord.client;

import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.protocol.api.AuditView;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.NodeLog;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PlanView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.ServersView;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.unit.NaturalOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The people's API, a method for each request of it. Nothing here throws for what a server or a
 * network does: the {@link ServerReply} says it.
 */
public final class ServerClient extends ApiCalls implements AutoCloseable {
  private static final int MAX_PAGES = 1000;
  private final LongSupplier nanoTime;

  /**
   * A client of one server; it connects when it is first asked for something.
   *
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  public ServerClient(ServerCredentials access, LongSupplier nanoTime) {
    this(access, nanoTime, new Listener() {});
  }

  /** The same, where somebody listens to what happens to the connection. */
  public ServerClient(ServerCredentials access, LongSupplier nanoTime, Listener listener) {
    this(access, nanoTime, listener, Http.ROUNDS);
  }

  /** The same, where each of several servers is waited for so long in a round. */
  ServerClient(
      ServerCredentials access, LongSupplier nanoTime, Listener listener, List<Duration> rounds) {
    super(new Http(access, listener, rounds));
    this.nanoTime = nanoTime;
  }

  /** What happens to the connection; without this nobody is told. */
  public interface Listener {
    /** That server has another key than before, or vouches for others; all are trusted. */
    default void learned(ServerUrl server, PinnedTrust.Learned learned) {}

    /** The server before is gone, or waits for its turn: this one is asked from now on. */
    default void moved(ServerUrl server) {}

    /** A server's clock showed this when it answered, a moment ago. */
    default void heard(Instant serverTime) {}
  }

  /** Where else this fleet is found. */
  public ServerReply<ServersView> servers() {
    return get(ServersView.class, "servers");
  }

  /** Whether the server can do its work; a refusal says what it lacks. */
  public ServerReply<Done> ready() {
    return http.ready(Done.DONE);
  }

  /** Who the token says we are. */
  public ServerReply<Requests.Whoami> whoami() {
    return get(Requests.Whoami.class, "whoami");
  }

  /** The fleet in numbers. */
  public ServerReply<Fleet> fleet() {
    return get(Fleet.class, "fleet");
  }

  /**
   * All nodes of a selection, read page by page, at most {@value #MAX_PAGES} of them.
   *
   * @param selector as in {@code -l}; all when null
   * @param state a wire name; any when null
   */
  public ServerReply<NodeView.Page> nodes(@Nullable String selector, @Nullable String state) {
    List<NodeView> all = new ArrayList<>();
    String cursor = null;
    for (int page = 0; page < MAX_PAGES; page++) {
      Map<String, String> query = query("selector", selector, "state", state, "cursor", cursor);
      ServerReply<NodeView.Page> answer = get(NodeView.Page.class, query, "nodes");
      if (!(answer instanceof ServerReply.Got<NodeView.Page>(NodeView.Page got))) {
        return answer;
      }
      all.addAll(got.nodes());
      cursor = got.next();
      if (cursor == null) {
        all.sort(Comparator.comparing(node -> node.name().value(), NaturalOrder.OF_NAMES));
        return new ServerReply.Got<>(new NodeView.Page(all, null));
      }
    }
    return new ServerReply.Strange<>("the list of nodes does not end");
  }

  /** Everything about one node. */
  public ServerReply<NodeView> node(NodeName name) {
    return get(NodeView.class, "nodes", name.value());
  }

  /** Ends a node's membership and cuts it off. */
  public ServerReply<Done> remove(NodeName name) {
    return change("DELETE", null, "nodes", name.value());
  }

  /** Ends a quarantine. */
  public ServerReply<Done> retry(NodeName name) {
    return change("POST", null, "nodes", name.value(), "retry");
  }

  /** Asks something of one of a node's workers. */
  public ServerReply<Done> order(
      NodeName name, String worker, WorkerAct act, @Nullable String reason) {
    Requests.Order order = new Requests.Order(reason);
    return change("POST", order, "nodes", name.value(), "workers", worker, act.word());
  }

  /** Kills a generation of a node. */
  public ServerReply<Done> kill(NodeName name, long generation, String reason) {
    String number = Long.toString(generation);
    Requests.Kill kill = new Requests.Kill(reason);
    return change("POST", kill, "nodes", name.value(), "generations", number, "kill");
  }

  /** Changes the ref that a node follows. */
  public ServerReply<Done> follow(NodeName name, String ref) {
    return change("PUT", new Requests.Follow(ref), "nodes", name.value(), "ref");
  }

  /** Sets some of a node's labels and removes others; the answer has them all. */
  public ServerReply<NodeView> label(NodeName name, Requests.Labels change) {
    return send("PATCH", change, NodeView.class, "nodes", name.value(), "labels");
  }

  /**
   * A worker's log, line by line as it comes.
   *
   * @param worker null for all of the node's
   * @param lines so many of the last ones
   * @param follow whether to go on until it is not wanted any more
   * @param more takes a line; whether another one is wanted
   * @return without {@code follow}, that nobody answered where the log broke off
   */
  public ServerReply<Done> logs(
      NodeName node, @Nullable String worker, int lines, boolean follow, Predicate<String> more) {
    Map<String, String> query =
        query("lines", "" + lines, "follow", Boolean.toString(follow), "worker", worker);
    AtomicBoolean cut = new AtomicBoolean();
    ServerReply<Done> reply =
        http.lines(
            http.request(query, "nodes", node.value(), "logs"),
            line -> {
              if (line.equals(NodeLog.BROKE_OFF)) {
                cut.set(true);
              }
              // Any other line with a NUL in front says only that the server is still there.
              return line.startsWith("\0") || more.test(line);
            },
            Done.DONE);
    return cut.get() && !follow
        ? new ServerReply.Unreachable<>(
            "the log of " + node + " broke off; its last line says why: read it again")
        : reply;
  }

  /** The logs of several nodes, in the order in which their lines come; otherwise as of one. */
  public ServerReply<Done> logs(
      Collection<NodeName> nodes,
      @Nullable String worker,
      int lines,
      boolean follow,
      Predicate<NodeLog> more) {
    Map<String, String> query =
        query("lines", "" + lines, "follow", Boolean.toString(follow), "worker", worker);
    query.put("nodes", nodes.stream().map(NodeName::value).collect(Collectors.joining(",")));
    return http.documents(http.request(query, "logs"), NodeLog.class, more, Done.DONE);
  }

  /** One page of the history, newest first: of one ref or all, from the cursor on. */
  public ServerReply<DeploymentView.Page> deployments(
      @Nullable String ref, @Nullable String cursor) {
    return get(DeploymentView.Page.class, query("ref", ref, "cursor", cursor), "deployments");
  }

  /** One deployment with its members. */
  public ServerReply<DeploymentView> deployment(long id) {
    return get(DeploymentView.class, "deployments", Long.toString(id));
  }

  /** The address of a deployment's page in the dashboard. */
  public String page(long id) {
    return http.page("ui", "deployments", Long.toString(id));
  }

  /** What a node did for a deployment. */
  public ServerReply<DeploymentView.Transcript> transcript(long id, NodeName node) {
    String number = Long.toString(id);
    return get(
        DeploymentView.Transcript.class,
        "deployments",
        number,
        "nodes",
        node.value(),
        "transcript");
  }

  /**
   * What a commit would do to the fleet.
   *
   * @param commit a branch, a tag, or a commit
   * @param selector as in {@code -l}; all when null
   */
  public ServerReply<PlanView> plan(String commit, @Nullable String selector) {
    return get(PlanView.class, query("commit", commit, "selector", selector), "plan");
  }

  /** The repository that the server mirrors. */
  public ServerReply<UpstreamView> upstream() {
    return get(UpstreamView.class, "upstream");
  }

  /** Has the server look at its upstream now. */
  public ServerReply<UpstreamView> fetch() {
    return send("POST", null, UpstreamView.class, "upstream", "fetch");
  }

  /** Lets a ref go where the upstream rewound it. */
  public ServerReply<UpstreamView> acceptRewind(UpstreamView.Accept request) {
    return send("POST", request, UpstreamView.class, "upstream", "accept-rewind");
  }

  /**
   * One page of the audit log, newest first.
   *
   * @param filters by the names of the API
   * @param cursor of the page before, or null
   */
  public ServerReply<AuditView.Page> audit(Map<String, String> filters, @Nullable String cursor) {
    Map<String, String> query = query("cursor", cursor);
    query.putAll(filters);
    return get(AuditView.Page.class, query, "audit");
  }

  /**
   * What ran on a node, and why.
   *
   * @param at what ran then; null for the newest
   * @param limit at most so many
   */
  public ServerReply<HistoryView> history(NodeName name, @Nullable Instant at, int limit) {
    Map<String, String> query = query("at", at == null ? null : at.toString());
    query.put("limit", Integer.toString(limit));
    return get(HistoryView.class, query, "nodes", name.value(), "history");
  }

  /** Opens the stream that says when to look again. */
  public EventBell bell() {
    return new EventBell(http, nanoTime);
  }

  /** Closes the connections that are kept open. */
  @Override
  public void close() {
    http.close();
  }

  /** The answer to a request whose body says nothing more. */
  public enum Done {
    /** It is done. */
    DONE
  }
}
