package dev.pullcord.server.standby;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.protocol.error.Problem;
import dev.pullcord.server.refusal.ProblemAnswers;
import dev.pullcord.server.refusal.ProblemMapping;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.store.postgres.PostgresTurn;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers on both ports of a standby: of itself that it is well and not ready; to people what the
 * active server answers; to agents which one that is. It does not send on what came by the agents'
 * port. Otherwise a request could go round among servers that each think that another one is
 * active.
 */
final class StandbyAnswers extends Handler.Wrapper {
  static final int RETRY_SECONDS = 1;
  private static final Set<String> OF_ITSELF = Set.of("/readyz", "/metrics");

  private final Supplier<PostgresTurn.Holder> active;

  StandbyAnswers(Supplier<PostgresTurn.Holder> active, Forwarding forwarding) {
    super(forwarding);
    this.active = active;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    PostgresTurn.Holder holder = active.get();
    String path = Request.getPathInContext(request);
    String port = request.getConnectionMetaData().getConnector().getName();
    boolean people = port.equals(Port.PEOPLE.name());
    if (people && path.equals("/healthz")) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
      response.write(true, ByteBuffer.wrap("ok\n".getBytes(UTF_8)), callback);
      return true;
    }
    boolean noPath = !path.startsWith("/"); // OPTIONS * is for whoever gets it
    if (!people || holder.agents().isEmpty() || OF_ITSELF.contains(path) || noPath) {
      refuse(
          request, response, callback, people ? holder.people() : holder.agents(), holder.name());
      return true;
    }
    Passage.begin(request, response, holder.agents());
    return super.handle(request, response, callback);
  }

  private static void refuse(
      Request request, Response response, Callback callback, String address, String name) {
    Object id = request.getAttribute(ProblemAnswers.REQUEST_ID);
    response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_SECONDS);
    ProblemAnswers.write(
        response,
        callback,
        ProblemMapping.of(
            503,
            Problem.STANDBY,
            "this server is a standby; active is " + (address.isEmpty() ? name : address),
            null,
            id instanceof String text ? text : null));
  }
}
