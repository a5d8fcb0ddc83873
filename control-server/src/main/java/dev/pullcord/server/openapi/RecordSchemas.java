package dev.pullcord.server.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.AuditView;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.InvitationView;
import dev.pullcord.protocol.api.OneOf;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.TreeId;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON Schemas of the records that the API reads and writes, from their components and comments. A
 * member is required unless a body may leave it out; it may be null where the component may.
 */
final class RecordSchemas {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Names that clients know and that the rule of {@link #name} would not make. */
  private static final Map<Class<?>, String> KNOWN_NAMES =
      Map.of(
          PinView.class, "PinView",
          InvitationView.class, "InvitationView",
          AuditView.class, "AuditRecord",
          DeploymentView.Transcript.class, "Transcript",
          Requests.Whoami.class, "Whoami",
          Requests.Follow.class, "FollowRequest",
          Requests.Labels.class, "LabelsRequest",
          Requests.Order.class, "OrderRequest",
          Requests.Kill.class, "KillRequest");

  private static final Map<Class<?>, String> SIMPLE =
      Map.ofEntries(
          Map.entry(String.class, "string"),
          Map.entry(Instant.class, "string"),
          Map.entry(CommitId.class, "string"),
          Map.entry(TreeId.class, "string"),
          Map.entry(NodeName.class, "string"),
          Map.entry(long.class, "integer"),
          Map.entry(int.class, "integer"),
          Map.entry(Long.class, "integer"),
          Map.entry(Integer.class, "integer"),
          Map.entry(boolean.class, "boolean"),
          Map.entry(Boolean.class, "boolean"));

  private static final Map<Class<?>, String> PATTERNS =
      Map.of(
          CommitId.class, CommitId.PATTERN,
          TreeId.class, TreeId.PATTERN,
          NodeName.class, NodeName.PATTERN);

  private final RecordComments comments = new RecordComments();
  private final Map<String, ObjectNode> made = new LinkedHashMap<>();
  private final Map<String, Class<?>> types = new HashMap<>();

  /** A reference to the schema of a record that the server writes. */
  ObjectNode written(Class<?> type) {
    return reference(type, false);
  }

  /** A reference to the schema of a body; what may be null in it may be left out. */
  ObjectNode read(Class<?> type) {
    return reference(type, true);
  }

  /** All schemas that were referred to, by name. */
  Map<String, ObjectNode> all() {
    return made;
  }

  /** The type of each schema, by name. */
  Map<String, Class<?>> types() {
    return types;
  }

  private ObjectNode reference(Class<?> type, boolean body) {
    String name = name(type);
    Class<?> before = types.putIfAbsent(name, type);
    if (before != null && before != type) {
      throw new IllegalStateException(before + " and " + type + " would both be " + name);
    }
    if (before == null) {
      ObjectNode schema = NODES.objectNode();
      made.put(name, schema);
      schema.setAll(type.isEnum() ? words(type) : members(type, body));
    }
    return NODES.objectNode().put("$ref", "#/components/schemas/" + name);
  }

  /** {@code NodeView.Page} is {@code NodePage}, {@code TokenView.All} is {@code Tokens}. */
  private static String name(Class<?> type) {
    String known = KNOWN_NAMES.get(type);
    if (known != null) {
      return known;
    }
    Class<?> outer = type.getDeclaringClass();
    if (outer == null) {
      return type.getSimpleName().replaceFirst("(View|Status)$", "");
    }
    return type.getSimpleName().equals("All")
        ? name(outer, "s")
        : name(outer, type.getSimpleName());
  }

  private static String name(Class<?> outer, String inner) {
    return outer.getSimpleName().replaceFirst("(View|Status)$", "") + inner;
  }

  private ObjectNode words(Class<?> type) {
    Map<String, String> meanings = comments.constants(type);
    ObjectNode schema = NODES.objectNode().put("type", "string");
    ArrayNode words = schema.putArray("enum");
    StringBuilder text = new StringBuilder(comments.of(type));
    for (Object constant : type.getEnumConstants()) {
      String word = PullcordJson.wire().convertValue(constant, String.class);
      words.add(word);
      String meaning = meanings.get(((Enum<?>) constant).name());
      text.append(meaning == null ? "" : "\n- " + word + ": " + meaning);
    }
    return schema.put("description", text.toString());
  }

  private ObjectNode members(Class<?> type, boolean body) {
    Map<String, String> texts = comments.parts(type);
    ObjectNode schema = NODES.objectNode().put("type", "object");
    schema.put("description", comments.of(type));
    ArrayNode required = NODES.arrayNode();
    ObjectNode properties = NODES.objectNode();
    for (RecordComponent part : type.getRecordComponents()) {
      String name = wireName(part);
      ObjectNode value = value(part.getAnnotatedType(), body);
      OneOf words = part.getAnnotation(OneOf.class);
      if (words != null) {
        value.set("enum", words(words, value));
      }
      value.put("description", texts.getOrDefault(part.getName(), ""));
      properties.set(name, value);
      if (!mayBeAbsent(part, body)) {
        required.add(name);
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    schema.set("properties", properties);
    return body ? schema.put("additionalProperties", false) : schema;
  }

  private static ArrayNode words(OneOf words, ObjectNode value) {
    ArrayNode all = NODES.arrayNode();
    List.of(words.value()).forEach(all::add);
    return value.path("type").isArray() ? all.addNull() : all;
  }

  private static String wireName(RecordComponent part) {
    JsonProperty named = part.getAccessor().getAnnotation(JsonProperty.class);
    return named == null || named.value().isEmpty() ? part.getName() : named.value();
  }

  private static boolean mayBeAbsent(RecordComponent part, boolean body) {
    return body
        ? part.getAnnotatedType().isAnnotationPresent(Nullable.class)
        : part.getAccessor().isAnnotationPresent(JsonInclude.class);
  }

  private ObjectNode value(AnnotatedType type, boolean body) {
    ObjectNode schema = plain(type, body);
    if (!type.isAnnotationPresent(Nullable.class)) {
      return schema;
    }
    if (schema.has("$ref")) {
      ObjectNode either = NODES.objectNode();
      either.putArray("oneOf").add(schema).addObject().put("type", "null");
      return either;
    }
    String word = schema.get("type").textValue();
    schema.putArray("type").add(word).add("null");
    return schema;
  }

  private ObjectNode plain(AnnotatedType type, boolean body) {
    if (type instanceof AnnotatedParameterizedType generic) {
      AnnotatedType[] of = generic.getAnnotatedActualTypeArguments();
      ObjectNode schema = NODES.objectNode();
      return of.length == 1
          ? schema.put("type", "array").set("items", value(of[0], body))
          : schema.put("type", "object").set("additionalProperties", value(of[1], body));
    }
    if (!(type.getType() instanceof Class<?> simple)) {
      throw new IllegalStateException("no schema for " + type);
    }
    String word = SIMPLE.get(simple);
    if (word == null) {
      return reference(simple, body);
    }
    ObjectNode schema = NODES.objectNode().put("type", word);
    if (simple == Instant.class) {
      schema.put("format", "date-time");
    }
    String pattern = PATTERNS.get(simple);
    return pattern == null ? schema : schema.put("pattern", "^" + pattern + "$");
  }
}
