package dev.pullcord.server.standby;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.protocol.error.Problem;
import dev.pullcord.server.refusal.ProblemAnswers;
import dev.pullcord.server.refusal.ProblemMapping;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.store.postgres.PostgresTurn;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What a standby answers: it is well, it is not ready, and which server is active. Programs of the
 * API and agents are told so; browsers and git are sent there.
 */
final class StandbyAnswers extends Handler.Abstract {
  private static final int RETRY_SECONDS = 1;

  private final Supplier<PostgresTurn.Holder> active;

  StandbyAnswers(Supplier<PostgresTurn.Holder> active) {
    this.active = active;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    PostgresTurn.Holder holder = active.get();
    String path = Request.getPathInContext(request);
    boolean people = request.getAttribute(Port.ATTRIBUTE) == Port.PEOPLE;
    if (people && path.equals("/healthz")) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
      response.write(true, ByteBuffer.wrap("ok\n".getBytes(UTF_8)), callback);
    } else if (!people || holder.people().isEmpty() || isForPrograms(path)) {
      refuse(
          request, response, callback, people ? holder.people() : holder.agents(), holder.name());
    } else {
      response.setStatus(HttpStatus.TEMPORARY_REDIRECT_307);
      response
          .getHeaders()
          .put(HttpHeader.LOCATION, holder.people() + request.getHttpURI().getPathQuery());
      response.write(true, null, callback);
    }
    return true;
  }

  private static boolean isForPrograms(String path) {
    return path.startsWith("/api/") || path.equals("/readyz") || path.equals("/metrics");
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
