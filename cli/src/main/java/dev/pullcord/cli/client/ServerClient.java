package dev.pullcord.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.cli.host.CliClock;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.AuditView;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.InvitationView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.PlanView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.id.NodeName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The people's API, a method for each request of it. Nothing here throws for what a server or a
 * network does: the {@link ServerReply} says it. Lists are read page by page, at most {@value
 * #MAX_PAGES} of them.
 */
public final class ServerClient {
  private static final int MAX_PAGES = 1000;
  private static final Map<String, String> NO_QUERY = Map.of();
  private final Http http;
  private final CliClock clock;

  /** A client of one server; it connects when it is first asked for something. */
  public ServerClient(ServerCredentials access, CliClock clock) {
    http = new Http(access);
    this.clock = clock;
  }

  /** Who the token says we are. */
  public ServerReply<Requests.Whoami> whoami() {
    return get(Requests.Whoami.class, NO_QUERY, "whoami");
  }

  /** The fleet in numbers. */
  public ServerReply<Fleet> fleet() {
    return get(Fleet.class, NO_QUERY, "fleet");
  }

  /**
   * All nodes of a selection.
   *
   * @param selector as in {@code -l}; all when null
   * @param state a wire name; any when null
   */
  public ServerReply<NodeView.Page> nodes(@Nullable String selector, @Nullable String state) {
    Map<String, String> query = new LinkedHashMap<>();
    if (selector != null) {
      query.put("selector", selector);
    }
    if (state != null) {
      query.put("state", state);
    }
    List<NodeView> all = new ArrayList<>();
    for (int page = 0; page < MAX_PAGES; page++) {
      ServerReply<NodeView.Page> answer = get(NodeView.Page.class, query, "nodes");
      if (!(answer instanceof ServerReply.Got<NodeView.Page>(NodeView.Page got))) {
        return answer;
      }
      all.addAll(got.nodes());
      if (got.next() == null) {
        return new ServerReply.Got<>(new NodeView.Page(all, null));
      }
      query.put("cursor", got.next());
    }
    return new ServerReply.Strange<>("the list of nodes does not end");
  }

  /** Everything about one node. */
  public ServerReply<NodeView> node(NodeName name) {
    return get(NodeView.class, NO_QUERY, "nodes", name.value());
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
    return change(
        "POST", new Requests.Order(reason), "nodes", name.value(), "workers", worker, act.word());
  }

  /** Kills a generation of a node. */
  public ServerReply<Done> kill(NodeName name, long generation, String reason) {
    return change(
        "POST",
        new Requests.Kill(reason),
        "nodes",
        name.value(),
        "generations",
        Long.toString(generation),
        "kill");
  }

  /** Changes the ref that a node follows. */
  public ServerReply<Done> follow(NodeName name, String ref) {
    return change("PUT", new Requests.Follow(ref), "nodes", name.value(), "ref");
  }

  /** Sets some of a node's labels and removes others; the answer has them all. */
  public ServerReply<NodeView> label(NodeName name, Requests.Labels change) {
    return http.send(
        "PATCH",
        change,
        http.request(NO_QUERY, "nodes", name.value(), "labels"),
        read(NodeView.class));
  }

  /**
   * One page of the history, newest first.
   *
   * @param ref of one ref only, or null
   * @param cursor of the page before, or null
   */
  public ServerReply<DeploymentView.Page> deployments(
      @Nullable String ref, @Nullable String cursor) {
    Map<String, String> query = new LinkedHashMap<>();
    if (ref != null) {
      query.put("ref", ref);
    }
    if (cursor != null) {
      query.put("cursor", cursor);
    }
    return get(DeploymentView.Page.class, query, "deployments");
  }

  /** One deployment with its members. */
  public ServerReply<DeploymentView> deployment(long id) {
    return get(DeploymentView.class, NO_QUERY, "deployments", Long.toString(id));
  }

  /** The address of a deployment's page in the dashboard. */
  public String page(long id) {
    return http.page("ui", "deployments", Long.toString(id));
  }

  /** What a node did for a deployment. */
  public ServerReply<DeploymentView.Transcript> transcript(long id, NodeName node) {
    return get(
        DeploymentView.Transcript.class,
        NO_QUERY,
        "deployments",
        Long.toString(id),
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
    Map<String, String> query = new LinkedHashMap<>();
    query.put("commit", commit);
    if (selector != null) {
      query.put("selector", selector);
    }
    return get(PlanView.class, query, "plan");
  }

  /** All pins. */
  public ServerReply<PinView.All> pins() {
    return get(PinView.All.class, NO_QUERY, "pins");
  }

  /** Pins a node, or changes its pin. */
  public ServerReply<PinView> pin(NodeName node, PinView.Request request) {
    return http.send(
        "PUT", request, http.request(NO_QUERY, "pins", node.value()), read(PinView.class));
  }

  /** Ends a pin. */
  public ServerReply<Done> unpin(NodeName node) {
    return change("DELETE", null, "pins", node.value());
  }

  /** Makes a join token. */
  public ServerReply<Invitation> invite(Invitation.Request request) {
    return http.send(
        "POST", request, http.request(NO_QUERY, "invitations"), read(Invitation.class));
  }

  /** All invitations, without their secrets. */
  public ServerReply<InvitationView.All> invitations() {
    return get(InvitationView.All.class, NO_QUERY, "invitations");
  }

  /** Takes an invitation away. */
  public ServerReply<Done> revokeInvitation(String id) {
    return change("DELETE", null, "invitations", id);
  }

  /** All tokens, without their secrets. */
  public ServerReply<TokenView.All> tokens() {
    return get(TokenView.All.class, NO_QUERY, "tokens");
  }

  /** Makes a token. */
  public ServerReply<TokenView.Made> createToken(TokenView.Request request) {
    return http.send("POST", request, http.request(NO_QUERY, "tokens"), read(TokenView.Made.class));
  }

  /** Takes a token away. */
  public ServerReply<Done> revokeToken(String name) {
    return change("DELETE", null, "tokens", name);
  }

  /**
   * A worker's log, line by line as it comes.
   *
   * @param worker null for all of the node's
   * @param lines so many of the last ones
   * @param follow whether to go on until it is not wanted any more
   * @param more takes a line; whether another one is wanted
   */
  public ServerReply<Done> logs(
      NodeName node, @Nullable String worker, int lines, boolean follow, Predicate<String> more) {
    Map<String, String> query = new HashMap<>();
    query.put("lines", Integer.toString(lines));
    query.put("follow", Boolean.toString(follow));
    if (worker != null) {
      query.put("worker", worker);
    }
    // A line with a NUL in front says only that the server is still there.
    return http.lines(
        http.request(query, "nodes", node.value(), "logs"),
        line -> line.startsWith("\0") || more.test(line),
        Done.DONE);
  }

  /**
   * One page of the audit log, newest first.
   *
   * @param filters by the names of the API
   * @param cursor of the page before, or null
   */
  public ServerReply<AuditView.Page> audit(Map<String, String> filters, @Nullable String cursor) {
    Map<String, String> query = new LinkedHashMap<>(filters);
    if (cursor != null) {
      query.put("cursor", cursor);
    }
    return get(AuditView.Page.class, query, "audit");
  }

  /** Opens the stream that says when to look again. */
  public Changes changes() {
    return new Changes(http, clock);
  }

  private <T> ServerReply<T> get(Class<T> type, Map<String, String> query, String... path) {
    return http.send("GET", null, http.request(query, path), read(type));
  }

  private ServerReply<Done> change(String method, @Nullable Object body, String... path) {
    return http.send(method, body, http.request(NO_QUERY, path), _ -> Done.DONE);
  }

  private static <T> Http.Reader<T> read(Class<T> type) {
    return text -> {
      T value = PullcordJson.wire().readValue(text, type);
      if (value == null) {
        throw new EmptyAnswer();
      }
      return value;
    };
  }

  /** The answer to a request whose body says nothing more. */
  public enum Done {
    /** It is done. */
    DONE
  }

  private static final class EmptyAnswer extends JsonProcessingException {
    EmptyAnswer() {
      super("an empty answer");
    }
  }
}
