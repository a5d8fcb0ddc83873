package dev.pullcord.server.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.pullcord.protocol.MissingPart;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.server.refusal.BodyException;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a person's JSON body: at most 1 MiB, strict, and with a field in every complaint. It judges
 * the body as such; what a value means is not judged here.
 */
public final class Bodies {
  /** How long a body may be. */
  public static final int MAX_BYTES = 1 << 20;

  private Bodies() {}

  /** The body as this record; every component without {@code @Nullable} is there. */
  static <T extends Record> T read(Context ctx, Class<T> type) {
    String contentType = ctx.contentType();
    if (contentType == null
        || !contentType
            .toLowerCase(Locale.ROOT)
            .split(";", 2)[0]
            .strip()
            .equals("application/json")) {
      throw new BodyException(
          415,
          "MEDIA_TYPE",
          (contentType == null ? "no Content-Type" : Quoted.of(contentType))
              + "; application/json expected",
          "Content-Type");
    }
    return parse(text(bytes(ctx)), type);
  }

  private static byte[] bytes(Context ctx) {
    if (ctx.req().getContentLengthLong() > MAX_BYTES) {
      throw tooLarge();
    }
    try (InputStream in = ctx.req().getInputStream()) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw tooLarge();
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException("the body cannot be read", e);
    }
  }

  private static BodyException tooLarge() {
    return new BodyException(413, "TOO_LARGE", "a body has at most " + MAX_BYTES + " bytes", null);
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BodyException(400, "JSON", "the body is not UTF-8", null);
    }
  }

  private static <T> T parse(String text, Class<T> type) {
    try {
      return PullcordJson.readStrict(text, type);
    } catch (MissingPart e) {
      throw new BodyException(400, "REQUIRED", e.getOriginalMessage(), e.path());
    } catch (UnrecognizedPropertyException e) {
      String known =
          e.getKnownPropertyIds().stream().map(Object::toString).collect(Collectors.joining(", "));
      throw new BodyException(
          400,
          "UNKNOWN_FIELD",
          Quoted.of(e.getPropertyName())
              + " is not a field here; "
              + known
              + " expected"
              + DidYouMean.of(
                  e.getPropertyName(),
                  e.getKnownPropertyIds().stream().map(Object::toString).toList()),
          field(e));
    } catch (StreamConstraintsException e) {
      throw new BodyException(400, "JSON_LIMIT", JsonComplaint.text(e), null);
    } catch (JsonMappingException e) {
      throw e.getCause() instanceof StreamConstraintsException limit
          ? new BodyException(400, "JSON_LIMIT", JsonComplaint.text(limit), field(e))
          : new BodyException(400, "TYPE", JsonComplaint.text(e), field(e));
    } catch (JsonProcessingException e) {
      throw new BodyException(400, "JSON", JsonComplaint.text(e), null);
    }
  }

  private static @Nullable String field(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
            .collect(Collectors.joining("."));
    return path.isEmpty() ? null : path;
  }
}
