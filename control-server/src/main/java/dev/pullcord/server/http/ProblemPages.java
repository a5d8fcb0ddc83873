package dev.pullcord.server.http;

import dev.pullcord.server.refusal.ProblemAnswers;
import dev.pullcord.server.refusal.ProblemMapping;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers to requests that are so wrong that no route sees them: a problem document, never a page
 * of the HTTP server with a trace in it.
 */
final class ProblemPages implements Request.Handler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus() < 400 ? 500 : response.getStatus();
    Object id = request.getAttribute(ProblemAnswers.REQUEST_ID);
    String requestId = id instanceof String text ? text : "-";
    RequestFilter.headers(response.getHeaders(), requestId);
    if (status != 404 && status != 405) {
      // What is left of such a request on the connection is not worth reading.
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
    }
    ProblemAnswers.write(
        response,
        callback,
        ProblemMapping.of(status, null, HttpStatus.getMessage(status), null, requestId));
    return true;
  }
}
