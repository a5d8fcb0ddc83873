package dev.pullcord.agent.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.base.http.NetworkFailure;
import dev.pullcord.base.text.TerminalText;
import dev.pullcord.base.tls.WrongKeyException;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.protocol.id.Quoted;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import okhttp3.MediaType;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** Turns what came over the network, or did not, into an {@link Answer}. */
final class Answers {
  private static final int SHOWN_MAX = 120;
  private static final Duration RETRY_AFTER_MAX = Duration.ofMinutes(10);

  private Answers() {}

  static <T> Answer<T> read(String url, Response response, Class<T> type) throws IOException {
    if (response.isRedirect()) {
      String target = response.header("Location", "");
      return new Answer.Failed<>(
          Answer.Why.REDIRECT,
          "REDIRECT_REFUSED  "
              + url
              + " sends us to "
              + shown(target)
              + " — an agent talks to the server that it joined and to no other");
    }
    if (response.header("Content-Encoding", "identity") instanceof String coding
        && !coding.equals("identity")) {
      return notPullcord(url, response, "with " + Quoted.of(coding) + ", which was not asked for");
    }
    byte @Nullable [] body = bounded(response.body().source());
    if (body == null) {
      return new Answer.Failed<>(
          Answer.Why.TOO_LARGE,
          "BODY_TOO_LARGE  "
              + url
              + " sent more than "
              + (AgentHttp.JSON_LIMIT_BYTES >> 20)
              + " MiB; it was cut off there — is there a proxy or another program on that port?");
    }
    return response.isSuccessful()
        ? value(url, response, body, type)
        : refused(url, response, body);
  }

  private static <T> Answer<T> value(String url, Response response, byte[] body, Class<T> type) {
    if (!isType(response, "json")) {
      return notPullcord(url, response, "with " + contentType(response));
    }
    try {
      return new Answer.Value<>(PullcordJson.read(body, type));
    } catch (JsonProcessingException e) {
      return notPullcord(url, response, "with JSON that is not ours: " + e.getOriginalMessage());
    }
  }

  private static <T> Answer<T> refused(String url, Response response, byte[] body) {
    if (!isType(response, "problem+json")) {
      return notPullcord(url, response, "with " + contentType(response));
    }
    try {
      // Other programs make problem documents too; what ours always has may be missing there.
      Problem problem = PullcordJson.wire().readValue(body, Problem.class);
      if (problem == null || problem.code() == null) {
        return notPullcord(url, response, "with a problem that has no code");
      }
      return new Answer.Refused<>(
          response.code(), clean(problem.code()), clean(problem.detail()), retryAfter(response));
    } catch (IOException e) {
      return notPullcord(url, response, "with a problem that cannot be read");
    }
  }

  static <T> Answer<T> failed(String url, IOException e) {
    String wrongKey = WrongKeyException.in(e).map(Answers::words).orElse(null);
    if (wrongKey != null) {
      return new Answer.Failed<>(Answer.Why.PIN_MISMATCH, wrongKey + " (" + url + ")");
    }
    boolean timeout = e instanceof InterruptedIOException;
    return new Answer.Failed<>(
        timeout ? Answer.Why.TIMEOUT : Answer.Why.UNREACHABLE,
        url + ": " + NetworkFailure.reason(e));
  }

  private static String words(WrongKeyException wrong) {
    return "PIN_MISMATCH expected "
        + wrong.expected()
        + ", got "
        + wrong.shown()
        + " — this is not the server that this node joined, nothing was sent to it;"
        + " if its key was replaced on purpose, join again";
  }

  private static byte @Nullable [] bounded(BufferedSource source) throws IOException {
    return source.request(AgentHttp.JSON_LIMIT_BYTES + 1L) ? null : source.readByteArray();
  }

  private static <T> Answer<T> notPullcord(String url, Response response, String what) {
    return new Answer.Failed<>(
        Answer.Why.NOT_PULLCORD,
        "NOT_PULLCORD  "
            + url
            + " answered "
            + response.code()
            + " "
            + what
            + " — is there a proxy or another program on that port?");
  }

  private static boolean isType(Response response, String subtype) {
    MediaType type = response.body().contentType();
    return type != null && type.type().equals("application") && type.subtype().equals(subtype);
  }

  private static String contentType(Response response) {
    return shown(response.header("Content-Type", "no content type"));
  }

  private static String shown(@Nullable String text) {
    return Quoted.of(text == null ? "" : text);
  }

  private static String clean(@Nullable String text) {
    return text == null ? "" : TerminalText.cut(TerminalText.clean(text), SHOWN_MAX);
  }

  private static @Nullable Duration retryAfter(Response response) {
    String seconds = response.header("Retry-After");
    if (seconds == null || !seconds.matches("[0-9]{1,12}")) {
      return null;
    }
    Duration asked = Duration.ofSeconds(Long.parseLong(seconds));
    return asked.compareTo(RETRY_AFTER_MAX) > 0 ? RETRY_AFTER_MAX : asked;
  }
}
