package dev.pullcord.server.standby;

import dev.pullcord.protocol.error.Problem;
import dev.pullcord.server.refusal.ProblemAnswers;
import dev.pullcord.server.refusal.Refusal;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a client whose request was sent on and not answered, or not to the end. */
final class LostAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(LostAnswers.class);
  private static final long SAID_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanos;
  private final AtomicLong saidAt;

  /** Nothing was lost yet. */
  LostAnswers(LongSupplier nanos) {
    this.nanos = nanos;
    this.saidAt = new AtomicLong(nanos.getAsLong() - SAID_EVERY_NANOS);
  }

  /** The client has broken off, or his body does not come; the active server is well. */
  static final class ClientLost extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    ClientLost(@Nullable Throwable cause) {
      super(cause);
    }
  }

  /** Answers for the active server, as far as that is possible yet. */
  void answer(Request request, Response response, Callback callback, Throwable failure) {
    if (response.isCommitted()) {
      callback.failed(failure); // the end of the connection says that the answer is not whole
      return;
    }
    Passage passage = Passage.of(request);
    passage.takeBack(response);
    response
        .getHeaders()
        .put(HttpHeader.CONNECTION, "close"); // its body may not be read to its end
    if (cause(failure, ClientLost.class)) {
      LOG.debug("a client did not send its request to the end", failure);
      Response.writeError(request, response, callback, HttpStatus.REQUEST_TIMEOUT_408);
    } else if (failure instanceof HttpException) {
      Response.writeError(request, response, callback, failure);
    } else if (failure instanceof Refusal refusal) {
      ProblemAnswers.write(request, response, callback, refusal);
    } else {
      if (isToBeSaid()) {
        LOG.warn("{} gave no answer: {}", passage.to(), failure.toString());
      }
      ProblemAnswers.write(request, response, callback, lost(request, passage, failure));
    }
  }

  /** Whether a minute is over since it was said last; each request would be too often. */
  boolean isToBeSaid() {
    long now = nanos.getAsLong();
    long last = saidAt.get();
    return now - last >= SAID_EVERY_NANOS && saidAt.compareAndSet(last, now);
  }

  /** Only what was certainly not done, or changes nothing, may be asked again by itself. */
  private static Refusal lost(Request request, Passage passage, Throwable failure) {
    HttpMethod method = HttpMethod.fromString(request.getMethod());
    boolean harmless = method != null && method.isSafe();
    boolean begun = passage.sent() && !cause(failure, SSLHandshakeException.class);
    return begun && !harmless
        ? new Refusal(
            Refusal.Kind.UNAVAILABLE,
            "ANSWER_LOST",
            "the active server at "
                + passage.to()
                + " was lost before it answered; look whether this was done before you try again",
            null,
            StandbyAnswers.RETRY_SECONDS)
        : noAnswer(passage.to());
  }

  /** Says that nothing was done. */
  static Refusal noAnswer(String server) {
    return new Refusal(
        Refusal.Kind.UNAVAILABLE,
        Problem.STANDBY,
        "this server is a standby, and the active one at " + server + " does not answer it",
        null,
        StandbyAnswers.RETRY_SECONDS);
  }

  private static boolean cause(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (type.isInstance(one)) {
        return true;
      }
    }
    return false;
  }
}
