package dev.pullcord.server.http;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.server.api.ErrorMapping;
import dev.pullcord.server.security.Port;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The outermost handler. It marks each request with its port and an id, puts the security headers
 * on the answer, and shows nothing of one port on the other.
 */
final class FrontDoor extends Handler.Wrapper {
  private static final SecureRandom RANDOM = new SecureRandom();

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Port port = Port.valueOf(request.getConnectionMetaData().getConnector().getName());
    String id = HexFormat.of().toHexDigits(RANDOM.nextLong());
    request.setAttribute(Port.ATTRIBUTE, port);
    request.setAttribute(ErrorMapping.REQUEST_ID, id);
    headers(response.getHeaders(), id);
    String path = Request.getPathInContext(request);
    boolean agents = path.startsWith("/agent/");
    if (port == Port.PEOPLE ? agents : !agents && !path.startsWith("/git/")) {
      notFound(response, callback, id);
      return true;
    }
    return super.handle(request, response, callback);
  }

  static void headers(HttpFields.Mutable headers, String requestId) {
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("X-Frame-Options", "DENY");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    headers.put("Pullcord-Request-Id", requestId);
  }

  private static void notFound(Response response, Callback callback, String id) {
    response.setStatus(404);
    write(response, callback, ErrorMapping.of(404, null, "Not Found", null, id));
  }

  static void write(Response response, Callback callback, Problem problem) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
    byte[] body = PullcordJson.write(problem).getBytes(StandardCharsets.UTF_8);
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}
