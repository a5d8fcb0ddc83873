package dev.pullcord.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.fleet.Refusal;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what an agent sends: bounded, as one of our records, with nothing missing. */
final class WireBody {
  private WireBody() {}

  static <T extends Record> T read(Context context, Class<T> type, int limitBytes) {
    try (InputStream in = context.bodyInputStream()) {
      byte[] body = in.readNBytes(limitBytes + 1);
      if (body.length > limitBytes) {
        throw new HttpResponseException(413, "at most " + limitBytes + " bytes expected");
      }
      return parse(body, type);
    } catch (IOException e) {
      throw new UncheckedIOException("the request's body could not be read", e);
    }
  }

  static <T extends Record> T parse(byte[] body, Class<T> type) throws IOException {
    T value;
    try {
      value = PullcordJson.wire().readValue(body, type);
    } catch (JsonProcessingException e) {
      throw new Refusal(Refusal.Kind.MALFORMED, "JSON", e.getOriginalMessage(), null);
    }
    if (value == null) {
      throw new Refusal(Refusal.Kind.MALFORMED, "JSON", "an object expected", null);
    }
    requireComplete(value, "");
    return value;
  }

  /** JSON can leave out what a record says is always there; then it is refused by name. */
  private static void requireComplete(Object value, String path) {
    switch (value) {
      case Record message -> {
        for (RecordComponent component : message.getClass().getRecordComponents()) {
          requireComponent(message, component, path);
        }
      }
      case Collection<?> items -> items.forEach(i -> requireElement(i, path));
      case Map<?, ?> map -> map.values().forEach(i -> requireElement(i, path));
      default -> {}
    }
  }

  private static void requireElement(@Nullable Object item, String path) {
    if (item == null) {
      throw new Refusal(Refusal.Kind.MALFORMED, "JSON", path + ": an item is null", path);
    }
    requireComplete(item, path);
  }

  private static void requireComponent(Record message, RecordComponent component, String path) {
    String name = path.isEmpty() ? component.getName() : path + "." + component.getName();
    Object value;
    try {
      value = component.getAccessor().invoke(message);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the records of the wire are public", e);
    }
    if (value != null) {
      requireComplete(value, name);
    } else if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
      throw new Refusal(Refusal.Kind.MALFORMED, "JSON", name + " is missing", name);
    }
  }
}
