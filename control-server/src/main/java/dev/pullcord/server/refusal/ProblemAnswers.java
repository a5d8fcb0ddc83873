package dev.pullcord.server.refusal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.Problem;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what {@link ProblemMapping} says, for routes and for handlers before them. The trace of a
 * fault of ours goes to the log and nowhere else.
 */
public final class ProblemAnswers {
  /** The request attribute with the request's id. */
  public static final String REQUEST_ID = "pullcord.request-id";

  private static final String GIT = "/git/";
  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final Logger LOG = LoggerFactory.getLogger(ProblemAnswers.class);

  private ProblemAnswers() {}

  /** Shows a problem to a person, where a person asks. */
  @FunctionalInterface
  public interface ProblemPage {
    /** Nobody but programs asks. */
    ProblemPage NONE = (_, _) -> false;

    /** Whether it has answered; if not, the document is the answer. */
    boolean answer(Context ctx, Problem problem);
  }

  /**
   * Adds the table to the routes.
   *
   * @param page what browsers get
   */
  public static void install(JavalinDefaultRoutingApi routes, ProblemPage page) {
    // Javalin answers its own exceptions by itself unless they are named.
    routes.exception(HttpResponseException.class, (e, ctx) -> answer(e, ctx, page));
    routes.exception(Exception.class, (e, ctx) -> answer(e, ctx, page));
  }

  private static void answer(Exception e, Context ctx, ProblemPage page) {
    String requestId = ctx.attribute(REQUEST_ID);
    Problem problem = ProblemMapping.of(e, requestId);
    if (problem.status() == 500) {
      LOG.error("request {} {} {} failed", requestId, ctx.method(), ctx.path(), e);
    }
    if (ctx.res().isCommitted()) {
      return;
    }
    ctx.res().resetBuffer();
    // What was begun as JSON has left its character set behind, also under another type.
    ctx.res().setContentType(null);
    if (problem.status() == 405 && e instanceof HttpResponseException known) {
      ctx.header("Allow", known.getDetails().getOrDefault("availableMethods", ""));
    }
    if (problem.status() == 413 || problem.status() == 408) {
      ctx.header("Connection", "close");
    }
    int retry = e instanceof Refusal refusal ? refusal.retrySeconds() : 0;
    if (retry > 0 || problem.status() == 429 || problem.status() >= 503) {
      ctx.header("Retry-After", String.valueOf(Math.max(1, retry)));
    }
    ctx.status(problem.status());
    if (page.answer(ctx, problem)) {
      return;
    }
    if (ctx.path().startsWith(GIT)) {
      ctx.contentType(PLAIN);
      ctx.result(forGit(problem).getBytes(UTF_8));
    } else {
      ctx.contentType(Problem.MEDIA_TYPE);
      ctx.result(PullcordJson.write(problem).getBytes(UTF_8));
    }
  }

  /** Answers a request that no route has seen with a refusal. */
  public static void write(Request request, Response response, Callback callback, Refusal refusal) {
    String requestId = request.getAttribute(REQUEST_ID) instanceof String id ? id : null;
    if (refusal.retrySeconds() > 0) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, refusal.retrySeconds());
    }
    Problem problem = ProblemMapping.of(refusal, requestId);
    if (Request.getPathInContext(request).startsWith(GIT)) {
      write(response, callback, problem.status(), PLAIN, forGit(problem));
    } else {
      write(response, callback, problem);
    }
  }

  /** Shown to the person, one line after "remote: ". */
  private static String forGit(Problem problem) {
    return problem.code() + "  " + problem.detail() + "\n";
  }

  /** Answers a request that no route has seen. */
  public static void write(Response response, Callback callback, Problem problem) {
    String body = PullcordJson.write(problem) + "\n";
    write(response, callback, problem.status(), Problem.MEDIA_TYPE, body);
  }

  private static void write(
      Response response, Callback callback, int status, String type, String body) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.write(true, ByteBuffer.wrap(body.getBytes(UTF_8)), callback);
  }
}
