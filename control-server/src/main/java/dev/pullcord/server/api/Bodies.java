package dev.pullcord.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.Shown;
import dev.pullcord.protocol.yaml.DidYouMean;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a person's JSON body: at most 1 MiB, strict, and with a field in every complaint. Owns
 * everything that can be wrong with a body as such; what a value means is not judged here.
 */
final class Bodies {
  static final int MAX_BYTES = 1 << 20;

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
          (contentType == null ? "no Content-Type" : Shown.of(contentType))
              + "; application/json expected",
          "Content-Type");
    }
    T value = parse(text(bytes(ctx)), type);
    checkPresent(value);
    return value;
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
      T value = PullcordJson.strict().readValue(text, type);
      if (value == null) {
        throw new BodyException(400, "JSON", "null; an object is expected", null);
      }
      return value;
    } catch (UnrecognizedPropertyException e) {
      String known =
          e.getKnownPropertyIds().stream().map(Object::toString).collect(Collectors.joining(", "));
      throw new BodyException(
          400,
          "UNKNOWN_FIELD",
          Shown.of(e.getPropertyName())
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

  private static void checkPresent(Record value) {
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)
          || component.getType().isPrimitive()) {
        continue;
      }
      try {
        component.getAccessor().setAccessible(true);
        if (component.getAccessor().invoke(value) == null) {
          String name = jsonName(component);
          throw new BodyException(400, "REQUIRED", "the field " + name + " is missing", name);
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot read " + component, e);
      }
    }
  }

  private static String jsonName(RecordComponent component) {
    var named =
        component.getAccessor().getAnnotation(com.fasterxml.jackson.annotation.JsonProperty.class);
    return named == null || named.value().isEmpty() ? component.getName() : named.value();
  }
}
