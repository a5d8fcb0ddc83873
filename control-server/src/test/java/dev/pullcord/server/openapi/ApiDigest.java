package dev.pullcord.server.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What clients rely on in an OpenAPI document: a line for each route and for each member. */
final class ApiDigest {
  private final JsonNode document;
  private final List<String> lines = new ArrayList<>();

  private ApiDigest(JsonNode document) {
    this.document = document;
  }

  static String of(JsonNode document) {
    ApiDigest digest = new ApiDigest(document);
    digest.document.path("paths").properties().forEach(p -> digest.path(p.getKey(), p.getValue()));
    document
        .path("components")
        .path("schemas")
        .properties()
        .forEach(s -> digest.schema(s.getKey(), s.getValue()));
    return digest.lines.stream().sorted().collect(Collectors.joining("\n", "", "\n"));
  }

  private void path(String path, JsonNode methods) {
    methods.properties().forEach(m -> lines.add(path + " " + operation(m.getKey(), m.getValue())));
  }

  private static String operation(String method, JsonNode operation) {
    StringBuilder line = new StringBuilder(method.toUpperCase(Locale.ROOT));
    operation.path("parameters").forEach(p -> line.append(' ').append(parameter(p)));
    JsonNode body = operation.path("requestBody").path("content");
    body.properties()
        .forEach(c -> line.append(" {").append(type(schema(c.getValue()))).append('}'));
    line.append(" ->");
    operation.path("responses").properties().forEach(r -> line.append(response(r)));
    String needs = operation.path("description").asText().split("\\.", 2)[0];
    return line + "; " + needs;
  }

  private static String parameter(JsonNode parameter) {
    return (parameter.path("in").asText().equals("query") ? "?" : "")
        + parameter.path("name").asText()
        + ":"
        + type(parameter.path("schema"))
        + (parameter.path("required").asBoolean() ? "" : "-");
  }

  private static String response(Map.Entry<String, JsonNode> response) {
    String reference = response.getValue().path("$ref").asText();
    if (!reference.isEmpty()) {
      return " " + response.getKey() + " " + last(reference);
    }
    return " "
        + response.getKey()
        + response.getValue().path("content").properties().stream()
            .map(c -> " " + c.getKey() + " " + type(schema(c.getValue())))
            .collect(Collectors.joining());
  }

  private static JsonNode schema(JsonNode content) {
    return content.path("schema");
  }

  private void schema(String name, JsonNode schema) {
    if (schema.has("enum")) {
      lines.add(name + " = " + words(schema));
      return;
    }
    boolean closed = schema.path("additionalProperties").isBoolean();
    lines.add(name + (closed ? ": no other members" : ": may get more members"));
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(r -> required.add(r.asText()));
    schema
        .path("properties")
        .properties()
        .forEach(p ->
            lines.add(
                name
                    + "."
                    + p.getKey()
                    + ": "
                    + type(p.getValue())
                    + (required.contains(p.getKey()) ? "" : "-")));
  }

  private static String words(JsonNode schema) {
    List<String> words = new ArrayList<>();
    schema.path("enum").forEach(w -> words.add(w.asText()));
    return String.join("|", words);
  }

  /** {@code string?} may be null; {@code [Node]} is an array, {@code {Node}} has names as keys. */
  private static String type(JsonNode schema) {
    if (schema.has("$ref")) {
      return last(schema.path("$ref").asText());
    }
    if (schema.has("oneOf")) {
      return type(schema.path("oneOf").get(0)) + "?";
    }
    JsonNode type = schema.path("type");
    String word = type.isArray() ? type.get(0).asText() : type.asText();
    String base =
        switch (word) {
          case "array" -> "[" + type(schema.path("items")) + "]";
          case "object" ->
              schema.has("additionalProperties")
                  ? "{" + type(schema.path("additionalProperties")) + "}"
                  : word;
          default -> schema.has("enum") ? words(schema) : word + extra(schema);
        };
    return base + (type.isArray() ? "?" : "");
  }

  private static String extra(JsonNode schema) {
    return (schema.has("format") ? "(" + schema.path("format").asText() + ")" : "")
        + (schema.has("pattern") ? "(" + schema.path("pattern").asText() + ")" : "");
  }

  private static String last(String reference) {
    return reference.substring(reference.lastIndexOf('/') + 1);
  }
}
