package dev.pullcord.server.http;

import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.ConnectionProof;
import dev.pullcord.server.security.limit.Shares;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body is cut off when it is larger than it may be or takes too long, and is not
 * begun to be read while too many others are in memory. No header of it changes its method.
 */
final class BoundedRequest extends Request.Wrapper {
  private final BodyBounds bounds;
  private final Shares bodies;
  private final LongSupplier nanos;
  private final HttpFields headers;
  private final long begun;
  private long bytes;
  private Shares.@Nullable Share share;
  private @Nullable Throwable failure;

  BoundedRequest(Request request, BodyBounds bounds, Shares bodies, LongSupplier nanos) {
    super(request);
    this.bounds = bounds;
    this.bodies = bodies;
    this.nanos = nanos;
    this.begun = nanos.getAsLong();
    this.headers = withoutOverride(request.getHeaders());
    Request.addCompletionListener(request, _ -> release());
  }

  private static HttpFields withoutOverride(HttpFields headers) {
    HttpFields.Mutable kept = HttpFields.build(headers);
    kept.remove("X-HTTP-Method-Override");
    kept.remove("X-HTTP-Method");
    kept.remove("X-Method-Override");
    return kept.asImmutable();
  }

  @Override
  public HttpFields getHeaders() {
    return headers;
  }

  @Override
  public Content.@Nullable Chunk read() {
    if (failure == null && bounds.counted() && share == null) {
      begin();
    }
    if (failure != null) {
      return Content.Chunk.from(failure, true);
    }
    Content.Chunk chunk = super.read();
    if (chunk == null || Content.Chunk.isFailure(chunk)) {
      return chunk;
    }
    bytes += chunk.remaining();
    if (bounds.counted() && bytes > bounds.bytes()) {
      fail(413, "a body has at most " + bounds.bytes() + " bytes here");
    } else if (nanos.getAsLong() - begun > bounds.time().toNanos()) {
      fail(408, "a body has to be here within " + bounds.time().toSeconds() + " s");
    }
    if (failure != null) {
      chunk.release();
      return Content.Chunk.from(failure, true);
    }
    return chunk;
  }

  private void begin() {
    long expected = getLength() < 0 ? bounds.bytes() : Math.min(getLength(), bounds.bytes());
    if (expected == 0) {
      return;
    }
    try {
      String caller =
          getAttribute(ConnectionProof.ATTRIBUTE) instanceof ConnectionProof proof
              ? proof.caller()
              : "-";
      share = bodies.take(caller, expected);
    } catch (Refusal refusal) {
      failure = refusal;
    }
  }

  private void fail(int status, String reason) {
    failure = new HttpException.RuntimeException(status, reason);
  }

  private void release() {
    Shares.Share taken = share;
    if (taken != null) {
      taken.close();
    }
  }
}
