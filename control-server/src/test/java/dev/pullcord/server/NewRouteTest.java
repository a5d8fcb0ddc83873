package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.server.openapi.ApiParameter;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.security.Permission;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Port;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A route is added in two places: a line in {@code security.Permissions}, and an {@code ApiRoute}
 * in the room that serves it. This test adds one to a whole server.
 */
class NewRouteTest {
  private static final String PATH = "/api/v1/echo/{word}";

  private static final Permissions.Line LINE =
      new Permissions.Line(Port.PEOPLE, "GET", PATH, Permission.ADMIN);

  private static final ApiRoute ROUTE =
      ApiRoute.get(PATH, "Says a word again.")
          .with(ApiParameter.path("word", "The word."))
          .answers(
              Requests.Whoami.class,
              ctx -> new Requests.Whoami(ctx.pathParam("word"), "admin", "1", "fleet"));

  @TempDir Path directory;

  @Test
  void aLineAndARouteAreServedProtectedAndDescribed() throws IOException {
    PortRoutes.Table table =
        new PortRoutes.Table(Permissions.standard().with(LINE), List.of(ROUTE));
    try (WholeServer server = new WholeServer(directory, table)) {
      try (Response refused = get(server, "/api/v1/echo/hello", "none")) {
        assertThat(refused.code()).isEqualTo(401);
      }
      assertThat(json(server, "/api/v1/echo/hello").path("owner").asText()).isEqualTo("hello");
      JsonNode described =
          json(server, "/api/v1/openapi.json").path("paths").path(PATH).path("get");
      assertThat(described.path("summary").asText()).isEqualTo("Says a word again.");
      assertThat(described.path("description").asText()).isEqualTo("Needs the role admin.");
    }
  }

  @Test
  void aRouteWithoutALineStopsTheStart() {
    PortRoutes.Table table = new PortRoutes.Table(Permissions.standard(), List.of(ROUTE));
    assertThatThrownBy(() -> new WholeServer(directory, table))
        .hasMessageContaining("without a line [" + PATH + " GET]");
  }

  @Test
  void aLineWithoutARouteStopsTheStart() {
    PortRoutes.Table table = new PortRoutes.Table(Permissions.standard().with(LINE), List.of());
    assertThatThrownBy(() -> new WholeServer(directory, table))
        .hasMessageContaining("without a route [" + PATH + " GET]");
  }

  @Test
  void theServerOfTheTestsServesWhatAWholeOneDoes() throws IOException {
    try (WholeServer whole = new WholeServer(directory.resolve("whole"));
        TestServer test = new TestServer(directory.resolve("test"))) {
      String url = test.url(Port.PEOPLE) + "/api/v1/openapi.json";
      try (Response answer = get(url, "viewer")) {
        assertThat(PullcordJson.wire().readTree(answer.body().string()))
            .isEqualTo(json(whole, "/api/v1/openapi.json"));
      }
    }
  }

  private static JsonNode json(WholeServer server, String path) throws IOException {
    try (Response answer = get(server, path, server.token())) {
      assertThat(answer.code()).isEqualTo(200);
      return PullcordJson.wire().readTree(answer.body().string());
    }
  }

  private static Response get(WholeServer server, String path, String token) throws IOException {
    return get(server.url(Port.PEOPLE) + path, token);
  }

  private static Response get(String url, String token) throws IOException {
    Request request =
        new Request.Builder().url(url).header("Authorization", "Bearer " + token).build();
    return TestServer.client(null).newCall(request).execute();
  }
}
