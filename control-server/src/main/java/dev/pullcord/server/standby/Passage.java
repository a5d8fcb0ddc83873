package dev.pullcord.server.standby;

import dev.pullcord.server.security.limit.Shares;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/** One request that is sent on: where to, and how far it has come. */
final class Passage {
  private static final String ATTRIBUTE = "pullcord.passage";

  private final String to;
  private final HttpFields own;
  private final CompletableFuture<Void> answered = new CompletableFuture<>();
  private volatile boolean sent;
  private volatile Shares.Share strange = () -> {};
  private org.eclipse.jetty.client.@Nullable Request underWay;
  private @Nullable IOException end;

  private Passage(String to, HttpFields own) {
    this.to = to;
    this.own = own;
  }

  /**
   * Nothing was sent yet.
   *
   * @param to the address of the active server's agents' port, as it was found once for all steps
   */
  static void begin(Request request, Response response, String to) {
    Passage passage = new Passage(to, HttpFields.build(response.getHeaders()).asImmutable());
    request.setAttribute(ATTRIBUTE, passage);
    Request.addCompletionListener(request, _ -> passage.answered.complete(null));
  }

  /** That of a request. */
  static Passage of(Request request) {
    return (Passage) Objects.requireNonNull(request.getAttribute(ATTRIBUTE), "not begun");
  }

  String to() {
    return to;
  }

  /** Whether any of it can have arrived. */
  boolean sent() {
    return sent;
  }

  /** Done when the client has his answer, or cannot get one. */
  CompletableFuture<Void> answered() {
    return answered;
  }

  /** Before the first byte is written: afterwards it is not certain that this is told at all. */
  void sends() {
    sent = true;
  }

  /** A stranger's part, which is his until it is known who he is. */
  void strange(Shares.Share share) {
    strange = share;
  }

  /** The client is no stranger. */
  void known() {
    strange.close();
  }

  /** Goes this way, unless it was ended already. */
  synchronized void goes(org.eclipse.jetty.client.Request way) {
    underWay = way;
    if (end != null) {
      var _ = way.abort(end);
    }
  }

  /** Waits for no answer any more. */
  synchronized void end(String why) {
    end = new IOException(why);
    if (underWay != null) {
      var _ = underWay.abort(end);
    }
  }

  /** Takes what has come of an answer away, so that this server can give its own. */
  void takeBack(Response response) {
    response.reset();
    response.getHeaders().add(own);
  }
}
