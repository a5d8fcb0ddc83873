package dev.pullcord.server.refusal;

import dev.pullcord.protocol.error.Problem;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.StoreException;
import io.javalin.http.HttpResponseException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.jspecify.annotations.Nullable;

/**
 * The one table that turns whatever was thrown into a problem document. What is not in it is our
 * own fault: 500.
 */
public final class ProblemMapping {
  private static final int CAUSES_MAX = 6;
  private static final Map<Integer, String> CODES =
      Map.ofEntries(
          Map.entry(400, "MALFORMED"),
          Map.entry(401, "UNAUTHENTICATED"),
          Map.entry(403, "FORBIDDEN"),
          Map.entry(404, "NOT_FOUND"),
          Map.entry(405, "METHOD_NOT_ALLOWED"),
          Map.entry(406, "NOT_ACCEPTABLE"),
          Map.entry(408, "TIMEOUT"),
          Map.entry(409, "CONFLICT"),
          Map.entry(412, "PRECONDITION_FAILED"),
          Map.entry(413, "TOO_LARGE"),
          Map.entry(414, "URI_TOO_LONG"),
          Map.entry(415, "MEDIA_TYPE"),
          Map.entry(422, "INVALID"),
          Map.entry(426, "PROTOCOL"),
          Map.entry(429, "TOO_MANY"),
          Map.entry(431, "HEADERS_TOO_LARGE"),
          Map.entry(500, "INTERNAL"),
          Map.entry(503, "UNAVAILABLE"),
          Map.entry(507, "DISK_FULL"));
  private static final Set<String> UNAVAILABLE =
      Set.of(
          "DB_BUSY",
          "DB_CLOSED",
          StoreException.AWAY,
          StoreException.UNKNOWN,
          StoreException.TAKEN);

  private ProblemMapping() {}

  /** The document for what was thrown. */
  public static Problem of(Throwable e, @Nullable String requestId) {
    return switch (e) {
      case Refusal refusal ->
          of(status(refusal.kind()), refusal.code(), text(refusal), refusal.field(), requestId);
      case HttpResponseException known -> of(known.getStatus(), null, text(known), null, requestId);
      case BodyException body ->
          of(body.status(), body.code(), text(body), body.field(), requestId);
      default -> other(e, requestId);
    };
  }

  private static Problem other(Throwable e, @Nullable String requestId) {
    DiskTrouble trouble = DiskTrouble.of(e).orElse(null);
    if (trouble != null) {
      return of(status(trouble), trouble.code(), trouble.sentence(), null, requestId);
    }
    if (e instanceof StoreException store && UNAVAILABLE.contains(store.code())) {
      return of(503, store.code(), text(store), null, requestId);
    }
    // What the front door says of a body comes wrapped in what reads it.
    Throwable cause = e;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++, cause = cause.getCause()) {
      if (cause instanceof Refusal refusal) {
        return of(refusal, requestId);
      }
      if (cause instanceof HttpException known) {
        return of(known.getCode(), null, String.valueOf(known.getReason()), null, requestId);
      }
      if (cause instanceof TimeoutException || cause instanceof EofException) {
        return of(400, null, "the request is incomplete", null, requestId);
      }
    }
    return of(500, null, "this is our fault; the server's log has more", null, requestId);
  }

  /** A problem document of a status. */
  public static Problem of(
      int status,
      @Nullable String code,
      String detail,
      @Nullable String field,
      @Nullable String requestId) {
    String word = code == null ? CODES.getOrDefault(status, "HTTP_" + status) : code;
    return new Problem(
        "urn:pullcord:problem:" + word.toLowerCase(Locale.ROOT).replace('_', '-'),
        title(status),
        status,
        word,
        detail,
        field,
        requestId);
  }

  /** How HTTP says what the disk did not do. */
  public static int status(DiskTrouble trouble) {
    return trouble == DiskTrouble.NO_FILES ? 503 : 507;
  }

  /** How HTTP says that sort of no. */
  public static int status(Refusal.Kind kind) {
    return switch (kind) {
      case MALFORMED -> 400;
      case UNAUTHENTICATED -> 401;
      case FORBIDDEN -> 403;
      case NOT_FOUND -> 404;
      case CONFLICT -> 409;
      case INVALID -> 422;
      case TOO_MANY -> 429;
      case UNAVAILABLE -> 503;
    };
  }

  private static String title(int status) {
    String words = CODES.getOrDefault(status, "ERROR").replace('_', ' ').toLowerCase(Locale.ROOT);
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  private static String text(Throwable e) {
    return e.getMessage() == null ? "" : e.getMessage();
  }
}
