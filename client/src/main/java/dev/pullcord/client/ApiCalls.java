package dev.pullcord.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.client.ServerClient.Done;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.contact.SenderClock;
import dev.pullcord.protocol.error.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** How a request of the people's API is sent, and its answer read. */
abstract class ApiCalls {
  private static final Duration SLOW = Duration.ofSeconds(5);
  private static final long BODY_LIMIT_BYTES = 64L << 20;

  final Http http;

  ApiCalls(Http http) {
    this.http = http;
  }

  /** Whether requests can be sent there, as far as the address tells. */
  static boolean takes(ServerUrl address) {
    return HttpUrl.parse(address.url()) != null;
  }

  /** Names and values by turns; a value that is null is left out with its name. */
  static Map<String, String> query(@Nullable String... pairs) {
    Map<String, String> query = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      String name = pairs[i];
      String value = pairs[i + 1];
      if (name != null && value != null) {
        query.put(name, value);
      }
    }
    return query;
  }

  /** The address of something of a branch, whose name may have slashes in it. */
  static String[] ofBranch(String before, String branch, String... after) {
    return Stream.of(Stream.of(before), Stream.of(branch.split("/", -1)), Stream.of(after))
        .flatMap(parts -> parts)
        .toArray(String[]::new);
  }

  final <T> ServerReply<T> get(Class<T> type, String... path) {
    return get(type, Map.of(), path);
  }

  final <T> ServerReply<T> get(Class<T> type, Map<String, String> query, String... path) {
    return http.send("GET", null, http.request(query, path), text -> read(type, text));
  }

  final <T> ServerReply<T> send(
      String method, @Nullable Object body, Class<T> type, String... path) {
    return http.send(method, body, http.request(Map.of(), path), text -> read(type, text));
  }

  final ServerReply<Done> change(String method, @Nullable Object body, String... path) {
    return http.send(method, body, http.request(Map.of(), path), _ -> Done.DONE);
  }

  static <T> ServerReply<T> strange(ServerUrl server, JsonProcessingException what) {
    return new ServerReply.Strange<>(
        server + " does not answer as a Pullcord server: " + what.getOriginalMessage());
  }

  static <T> ServerReply<T> refused(ServerUrl server, Response response, String text)
      throws IOException {
    MediaType type = response.body().contentType();
    boolean problem =
        type != null && (type.subtype().equals("problem+json") || type.subtype().equals("json"));
    if (problem) {
      Problem read = PullcordJson.wire().readValue(text, Problem.class);
      if (read != null && read.code() != null && read.detail() != null) {
        return new ServerReply.Refused<>(read, server);
      }
    }
    String there = response.header("Location") == null ? "" : " to " + response.header("Location");
    return new ServerReply.Strange<>(
        server
            + " does not answer as a Pullcord server: status "
            + response.code()
            + there
            + " and no problem document");
  }

  static <T> T read(Class<T> type, String text) throws JsonProcessingException {
    T value = PullcordJson.wire().readValue(text, type);
    if (value == null) {
      throw new EmptyAnswer();
    }
    return value;
  }

  /** The time of an answer that took long is an old one. */
  static Response heard(Response answer, ServerClient.Listener listener) {
    long took = answer.receivedResponseAtMillis() - answer.sentRequestAtMillis();
    if (took < SLOW.toMillis()) {
      SenderClock.parse(answer.header(SenderClock.HEADER)).ifPresent(listener::heard);
    }
    return answer;
  }

  /** An answer's text, as far as its length is bounded. */
  static String text(ResponseBody body) throws IOException {
    BufferedSource source = body.source();
    Buffer kept = new Buffer();
    while (source.read(kept, 64 << 10) != -1) {
      if (kept.size() > BODY_LIMIT_BYTES) {
        throw new IOException("the answer is longer than " + (BODY_LIMIT_BYTES >> 20) + " MiB");
      }
    }
    return kept.readUtf8();
  }

  private static final class EmptyAnswer extends JsonProcessingException {
    EmptyAnswer() {
      super("an empty answer");
    }
  }
}
