package dev.pullcord.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.server.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route of the table, on both ports, with every kind of credential. */
class AccessMatrixTest {
  private static final int ALLOWED = 0;
  private static final List<String> TOKENS =
      List.of("none", "wrong", "wall", "viewer", "operator", "admin");

  @TempDir static Path directory;
  private static TestServer server;
  private static OkHttpClient nobody;
  private static OkHttpClient node;
  private static OkHttpClient stranger;

  @BeforeAll
  static void start() throws IOException {
    server = new TestServer(directory);
    server.enrol("web-1", "main");
    nobody = TestServer.client(null);
    node = TestServer.client(server.nodeKey("web-1"));
    stranger = TestServer.client(server.nodeKey("stranger"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void answersEachCredentialAsTheTableSays() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Permissions.Line line : Permissions.standard().lines()) {
      if (line.path().equals("/api/v1/events")) {
        continue; // Its answer does not end; FleetEventsTest has it.
      }
      for (Port port : Port.values()) {
        boolean here = Permissions.standard().find(port, line.method(), line.path()).isPresent();
        for (String token : TOKENS) {
          check(wrong, port, line, nobody, token, here ? expected(port, line, token, null) : 404);
        }
        check(wrong, port, line, node, "none", here ? expected(port, line, "none", "node") : 404);
        int unknown = here ? expected(port, line, "none", "stranger") : 404;
        check(wrong, port, line, stranger, "none", unknown);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static int expected(Port port, Permissions.Line any, String token, @Nullable String key) {
    Permissions.Line line =
        Permissions.standard().find(port, any.method(), any.path()).orElseThrow();
    return switch (line.permission()) {
      case ANONYMOUS, UI_WALL, UI_VIEWER, UI_OPERATOR, UI_ADMIN -> ALLOWED;
      case ANY_KEY -> key == null ? 401 : ALLOWED;
      case NODE -> "node".equals(key) ? ALLOWED : 401;
      case VIEWER -> role(token, "viewer", "operator", "admin");
      case OPERATOR -> role(token, "operator", "admin");
      case ADMIN -> role(token, "admin");
    };
  }

  private static int role(String token, String... allowed) {
    if (token.equals("none") || token.equals("wrong")) {
      return 401;
    }
    return List.of(allowed).contains(token) ? ALLOWED : 403;
  }

  private static void check(
      List<String> wrong,
      Port port,
      Permissions.Line line,
      OkHttpClient client,
      String token,
      int expected)
      throws IOException {
    String path =
        line.path()
            .replace("{repository}", "fleet.git")
            .replace("{id}", "1")
            .replaceAll("\\{(name|node)}", "nobody");
    Request.Builder request = new Request.Builder().url(server.url(port) + path);
    if (!token.equals("none")) {
      boolean git = path.startsWith("/git/");
      request.header(
          "Authorization", git ? okhttp3.Credentials.basic("git", token) : "Bearer " + token);
    }
    RequestBody body =
        line.method().equals("GET")
            ? null
            : RequestBody.create("{}", MediaType.get("application/json"));
    try (Response response =
        client.newCall(request.method(line.method(), body).build()).execute()) {
      int code = response.code();
      boolean right =
          expected == ALLOWED
              ? code != 401 && (code != 403 || response.body().string().contains("GIT_SERVICE"))
              : code == expected;
      if (!right) {
        wrong.add(port + " " + line.method() + " " + path + " " + token + ": " + code);
      }
    }
  }

  @Test
  void leavesOnlyWhatMustBeOpenOpen() {
    Set<String> open = new TreeSet<>();
    Permissions.standard().lines().stream()
        .filter(l -> l.permission() == Permission.ANONYMOUS)
        .forEach(l -> open.add(l.path()));
    assertThat(open)
        .containsExactly(
            "/",
            "/healthz",
            "/readyz",
            "/ui/session",
            "/ui/sign-in",
            "/ui/static/{version}/{file}");
  }

  @Test
  void refusesTheStartWhenARouteHasNoLineOrALineNoRoute() {
    assertThatThrownBy(
            () -> Permissions.standard().verify(List.of(new Permissions.Served("GET", "/new"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without a line [/new GET]")
        .hasMessageContaining("/healthz GET");
  }

  @Test
  void givesTheSameAnswerToEveryTokenThatDoesNotWork() throws IOException {
    Set<String> answers = new TreeSet<>();
    for (String header : List.of("Bearer wrong", "Bearer ", "Basic eDp5", "Bearer a b", "x")) {
      Request request =
          new Request.Builder()
              .url(server.url(Port.PEOPLE) + "/api/v1/fleet")
              .header("Authorization", header)
              .build();
      try (Response response = nobody.newCall(request).execute()) {
        assertThat(response.code()).isEqualTo(401);
        assertThat(response.header("WWW-Authenticate")).isEqualTo("Bearer");
        answers.add(response.body().string().replaceAll("\"requestId\":\"[0-9a-f]+\"", ""));
      }
    }
    assertThat(answers).hasSize(1);
  }
}
