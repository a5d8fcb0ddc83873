package dev.pullcord.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what JSON has left out of a record although the record says that it is always there: {@code
 * null} in a component that is not {@code @Nullable}, in a list or in a map, at any depth.
 */
final class Completeness {
  private static final ClassValue<List<Part>> PARTS =
      new ClassValue<>() {
        @Override
        protected List<Part> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents())
              .filter(c -> !c.getType().isPrimitive())
              .map(c -> new Part(c, c.getAnnotatedType().isAnnotationPresent(Nullable.class)))
              .toList();
        }
      };

  private Completeness() {}

  private record Part(RecordComponent component, boolean optional) {
    Part {
      component.getAccessor().setAccessible(true);
    }

    String name() {
      JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
      return named == null || named.value().isEmpty() ? component.getName() : named.value();
    }

    @Nullable Object of(Record message) {
      try {
        return component.getAccessor().invoke(message);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("a record's component cannot be read: " + component, e);
      }
    }
  }

  /** What is missing; null when nothing is. */
  static @Nullable MissingPart missing(Object value) {
    return missing(value, "");
  }

  private static @Nullable MissingPart missing(Object value, String path) {
    return switch (value) {
      case Record message -> ofRecord(message, path);
      case Collection<?> items -> ofItems(items, path);
      case Map<?, ?> map -> ofItems(map.values(), path);
      default -> null;
    };
  }

  private static @Nullable MissingPart ofRecord(Record message, String path) {
    for (Part part : PARTS.get(message.getClass())) {
      String at = path.isEmpty() ? part.name() : path + "." + part.name();
      Object value = part.of(message);
      if (value == null && !part.optional()) {
        return new MissingPart(at, "is missing");
      }
      MissingPart within = value == null ? null : missing(value, at);
      if (within != null) {
        return within;
      }
    }
    return null;
  }

  private static @Nullable MissingPart ofItems(Collection<?> items, String path) {
    for (Object item : items) {
      MissingPart found =
          item == null ? new MissingPart(path, "has an item that is null") : missing(item, path);
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
