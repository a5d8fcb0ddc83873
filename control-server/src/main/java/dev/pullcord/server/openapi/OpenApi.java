package dev.pullcord.server.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.server.security.Permission;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Port;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The people's API: its routes, and the OpenAPI document that is made of them, of the records that
 * they read and write, and of the table of permissions.
 */
public final class OpenApi {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String VERSION = "3.1.0";

  private final List<ApiRoute> routes;
  private final Permissions permissions;
  private byte @Nullable [] written;

  /**
   * The API of these routes; the document is one more.
   *
   * @param permissions who may call them
   */
  public OpenApi(List<ApiRoute> routes, Permissions permissions) {
    this.permissions = permissions;
    this.routes = new ArrayList<>(routes);
    this.routes.add(
        ApiRoute.get("/api/v1/openapi.json", "This document.")
            .sends(
                "application/json",
                "Done.",
                ctx -> ctx.contentType("application/json").result(written())));
  }

  /** Adds the routes. */
  public void routes(JavalinDefaultRoutingApi target) {
    routes.forEach(r -> r.serve(target));
  }

  /** Made when it is first asked for: a start does not wait for it. */
  private synchronized byte[] written() {
    byte[] bytes = written;
    if (bytes == null) {
      bytes = document().toPrettyString().getBytes(StandardCharsets.UTF_8);
      written = bytes;
    }
    return bytes;
  }

  ObjectNode document() {
    RecordSchemas schemas = new RecordSchemas();
    ObjectNode document = NODES.objectNode().put("openapi", VERSION);
    ObjectNode info = document.putObject("info");
    info.put("title", "Pullcord").put("version", "1");
    info.put("description", "The people's API of a Pullcord control server.");
    info.putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
    document.putArray("servers").addObject().put("url", "/");
    document.putArray("security").addObject().putArray("token");
    ObjectNode paths = document.putObject("paths");
    for (ApiRoute route : routes) {
      paths
          .withObjectProperty(route.template())
          .set(route.method().toLowerCase(Locale.ROOT), operation(route, schemas));
    }
    ObjectNode components = document.putObject("components");
    components
        .putObject("securitySchemes")
        .putObject("token")
        .put("type", "http")
        .put("scheme", "bearer");
    ObjectNode refused = components.putObject("responses").putObject("No");
    refused.put("description", "No, and why.");
    content(refused, Problem.MEDIA_TYPE, schemas.written(Problem.class));
    ObjectNode all = components.putObject("schemas");
    schemas.all().forEach(all::set);
    return document;
  }

  private ObjectNode operation(ApiRoute route, RecordSchemas schemas) {
    Permission permission =
        permissions
            .find(Port.PEOPLE, route.method(), route.path())
            .orElseThrow(
                () -> new IllegalStateException(route.path() + " has no line in Permissions"))
            .permission();
    boolean anonymous = permission == Permission.ANONYMOUS;
    String needs = anonymous ? "nothing" : "the role " + permission.name().toLowerCase(Locale.ROOT);
    ObjectNode operation = NODES.objectNode().put("summary", route.summary());
    operation.put("description", ("Needs " + needs + ". " + route.note()).strip());
    if (anonymous) {
      operation.putArray("security");
    }
    if (!route.parameters().isEmpty()) {
      ArrayNode parameters = operation.putArray("parameters");
      route.parameters().forEach(p -> parameters.add(parameter(p)));
    }
    Class<?> body = route.body();
    if (body != null) {
      ObjectNode request = operation.putObject("requestBody").put("required", true);
      content(request, "application/json", schemas.read(body));
    }
    operation.set("responses", responses(route.answer(), schemas));
    return operation;
  }

  private static ObjectNode parameter(ApiParameter parameter) {
    ObjectNode node = NODES.objectNode().put("name", parameter.name());
    node.put("in", parameter.place()).put("required", parameter.required());
    node.put("description", parameter.description());
    return node.set("schema", PullcordJson.wire().valueToTree(parameter.schema()));
  }

  private static ObjectNode responses(ApiRoute.Answer answer, RecordSchemas schemas) {
    ObjectNode responses = NODES.objectNode();
    ObjectNode good = responses.putObject(Integer.toString(answer.status()));
    good.put("description", answer.description());
    Class<?> type = answer.record();
    if (type != null) {
      content(good, answer.mediaType(), schemas.written(type));
    } else if (!answer.mediaType().isEmpty()) {
      boolean json = answer.mediaType().endsWith("json");
      content(good, answer.mediaType(), NODES.objectNode().put("type", json ? "object" : "string"));
    }
    responses.putObject("default").put("$ref", "#/components/responses/No");
    return responses;
  }

  private static void content(ObjectNode of, String mediaType, JsonNode schema) {
    of.putObject("content").putObject(mediaType).set("schema", schema);
  }
}
