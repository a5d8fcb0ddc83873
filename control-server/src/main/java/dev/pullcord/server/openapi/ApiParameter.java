package dev.pullcord.server.openapi;

import java.util.List;
import java.util.Map;

/**
 * A parameter in the address of a route.
 *
 * @param name its name
 * @param place {@code path} or {@code query}
 * @param required whether a request without it is refused
 * @param description a sentence for callers
 * @param schema of its value, as JSON Schema
 */
public record ApiParameter(
    String name, String place, boolean required, String description, Map<String, Object> schema) {
  static final String PATH = "path";
  static final String QUERY = "query";

  /** Copies. */
  public ApiParameter {
    schema = Map.copyOf(schema);
  }

  /** Text in the path. */
  public static ApiParameter path(String name, String description) {
    return new ApiParameter(name, PATH, true, description, Map.of("type", "string"));
  }

  /** A number in the path. */
  public static ApiParameter pathNumber(String name, String description) {
    return new ApiParameter(name, PATH, true, description, Map.of("type", "integer"));
  }

  /** Text that may be left out. */
  public static ApiParameter query(String name, String description) {
    return query(name, description, Map.of("type", "string"));
  }

  /** One of these words; it may be left out. */
  public static ApiParameter query(String name, String description, List<String> words) {
    return query(name, description, Map.of("type", "string", "enum", List.copyOf(words)));
  }

  /** A number from 1. */
  public static ApiParameter number(String name, String description, int absent, int most) {
    return query(
        name,
        description,
        Map.of("type", "integer", "minimum", 1, "maximum", most, "default", absent));
  }

  /** {@code true} or {@code false}, which it is when it is left out. */
  public static ApiParameter flag(String name, String description) {
    return query(name, description, Map.of("type", "boolean", "default", false));
  }

  /** The same; a request without it is refused. */
  public ApiParameter needed() {
    return new ApiParameter(name, place, true, description, schema);
  }

  private static ApiParameter query(String name, String description, Map<String, Object> schema) {
    return new ApiParameter(name, QUERY, false, description, schema);
  }
}
