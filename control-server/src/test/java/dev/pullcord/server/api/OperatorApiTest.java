package dev.pullcord.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.openapi.Bodies;
import dev.pullcord.server.security.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorApiTest {
  private static final MediaType JSON = MediaType.get("application/json");

  @TempDir Path directory;
  private TestServer server;
  private final OkHttpClient client = TestServer.client(null);

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(directory);
    server.fleet().node("web-1", "main").node("web-2", "main").node("web-3", "main");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /**
   * An answer.
   *
   * @param status of HTTP
   * @param body as JSON
   * @param type of the content
   */
  private record Answer(int status, JsonNode body, String type) {
    String text(String field) {
      return body.path(field).asText();
    }
  }

  private Answer call(String method, String path, @Nullable RequestBody body) throws IOException {
    Request request =
        new Request.Builder()
            .url(server.url(Port.PEOPLE) + path)
            .header("Authorization", "Bearer admin")
            .method(method, body)
            .build();
    try (Response response = client.newCall(request).execute()) {
      String text = response.body().string();
      JsonNode json = PullcordJson.wire().readTree(text.isEmpty() ? "{}" : text);
      return new Answer(response.code(), json, String.valueOf(response.header("Content-Type")));
    }
  }

  @Test
  void deploymentsOfABranchThatIsNotThereAreRefusedWithTheOneThatWasMeant() throws IOException {
    Answer typo = get("/api/v1/deployments?ref=mian");
    assertThat(typo.status()).isEqualTo(422);
    assertThat(typo.text("detail"))
        .isEqualTo("there is no branch \"mian\"; there are: main; did you mean main?");
    assertThat(get("/api/v1/deployments?ref=main").status()).isEqualTo(200);
  }

  @Test
  void aLogOfAWorkerThatANodeDoesNotHaveIsRefusedWithTheOneThatWasMeant() throws IOException {
    Answer typo = get("/api/v1/nodes/web-1/logs?worker=grpe");
    assertThat(typo.status()).isEqualTo(404);
    assertThat(typo.text("code")).isEqualTo("WORKER_MISSING");
    assertThat(typo.text("detail"))
        .isEqualTo("web-1 has no worker \"grpe\", only grep; did you mean grep?");
    assertThat(get("/api/v1/nodes/web-9/logs").text("code")).isEqualTo("NODE_UNKNOWN");
  }

  @Test
  void logsOfSeveralNodesAreRefusedOnlyForWhatIsWrongWithTheRequest() throws IOException {
    assertThat(get("/api/v1/logs").status()).isEqualTo(400);
    assertThat(get("/api/v1/logs?nodes=web-1,,web-2").status()).isEqualTo(400);
    String many =
        IntStream.rangeClosed(1, 101).mapToObj(i -> "n" + i).collect(Collectors.joining(","));
    assertThat(get("/api/v1/logs?nodes=" + many).text("detail"))
        .contains("101 nodes are too many; 100 at most");
    assertThat(get("/api/v1/logs?nodes=web-1&lines=0").status()).isEqualTo(400);

    Request unknown =
        new Request.Builder()
            .url(server.url(Port.PEOPLE) + "/api/v1/logs?nodes=web-1,web-9&worker=grpe")
            .header("Authorization", "Bearer operator")
            .build();
    try (Response response = client.newCall(unknown).execute()) {
      assertThat(response.body().string().lines())
          .containsExactly(
              "{\"node\":\"web-1\",\"problem\":\"web-1 has no worker \\\"grpe\\\", only grep;"
                  + " did you mean grep?\"}",
              "{\"node\":\"web-9\",\"problem\":\"there is no node web-9; pullcord nodes lists"
                  + " them\"}");
    }
  }

  private Answer get(String path) throws IOException {
    return call("GET", path, null);
  }

  private Answer send(String method, String path, String body) throws IOException {
    return call(method, path, RequestBody.create(body, JSON));
  }

  @Test
  void showsNodesPageByPage() throws IOException {
    Answer first = get("/api/v1/nodes?limit=2");
    assertThat(first.body().path("nodes").findValuesAsText("name"))
        .containsExactly("web-1", "web-2");
    Answer second = get("/api/v1/nodes?limit=2&cursor=" + first.text("next"));
    assertThat(second.body().path("nodes").findValuesAsText("name")).containsExactly("web-3");
    assertThat(second.body().path("next").isNull()).isTrue();
    Answer selected = get("/api/v1/nodes?selector=role%3Dweb-2&state=waiting");
    assertThat(selected.body().path("nodes").findValuesAsText("name")).containsExactly("web-2");
  }

  @Test
  void showsDeploymentsPageByPage() throws IOException {
    for (String digit : new String[] {"a", "b", "c"}) {
      server.fleet().deployment("main", new CommitId(digit.repeat(40)));
    }
    Answer first = get("/api/v1/deployments?ref=main&limit=2");
    assertThat(first.body().path("deployments").findValuesAsText("id")).containsExactly("3", "2");
    Answer second = get("/api/v1/deployments?ref=main&limit=2&cursor=" + first.text("next"));
    assertThat(second.body().path("deployments").findValuesAsText("id")).containsExactly("1");
    assertThat(get("/api/v1/deployments/2").text("commit")).isEqualTo("b".repeat(40));
  }

  @Test
  void changesTheFleetInTheCallersName() throws IOException {
    TestFleet orders = server.orders();
    orders.join("web-1", "web-2", "web-3");
    orders.commits.push("main", 1);
    orders.commits.push("next", 2);
    orders.deployments.reconcile();
    orders.start("web-1");
    orders.report("web-1", Said.by(orders, "web-1").next());
    ok("POST", "/api/v1/nodes/web-1/retry", "");
    ok("POST", "/api/v1/nodes/web-1/workers/grep/stop", "{\"reason\":\"disk\"}");
    ok("POST", "/api/v1/nodes/web-1/workers/grep/start", "{}");
    ok("POST", "/api/v1/nodes/web-1/workers/grep/restart", "{}");
    ok("POST", "/api/v1/nodes/web-1/generations/1/kill", "{\"reason\":\"hangs\"}");
    ok("PUT", "/api/v1/nodes/web-1/ref", "{\"ref\":\"next\"}");
    ok("PATCH", "/api/v1/nodes/web-1/labels", "{\"set\":{\"a\":\"b\"}}");
    ok("PUT", "/api/v1/pins/web-2", "{\"ref\":\"main\",\"for\":\"2h\",\"reason\":\"r\"}");
    assertThat(call("DELETE", "/api/v1/pins/web-2", null).status()).isEqualTo(204);
    assertThat(send("POST", "/api/v1/invitations", "{}").status()).isEqualTo(201);
    assertThat(call("DELETE", "/api/v1/nodes/web-3", null).status()).isEqualTo(204);

    List<String> acts =
        server.audit().reversed().stream()
            .filter(act -> act.who().equals("admin-owner"))
            .map(act -> act.what() + " " + act.subject())
            .toList();
    assertThat(acts)
        .containsSubsequence(
            "retry web-1",
            "worker.stop web-1",
            "worker.start web-1",
            "worker.restart web-1",
            "worker.kill web-1",
            "follow web-1",
            "label web-1",
            "pin web-2",
            "unpin web-2",
            "node.remove web-3");
    assertThat(acts).hasSize(11);
    assertThat(orders.audited("worker.stop").orElseThrow().after()).isEqualTo("grep: disk");
  }

  private void ok(String method, String path, String body) throws IOException {
    Answer answer = send(method, path, body);
    assertThat(answer.status()).as(path + answer.body()).isEqualTo(200);
  }

  @Test
  void refusesToRevokeAnInvitationThatIsNotThere() throws IOException {
    assertThat(get("/api/v1/invitations").body().toString()).isEqualTo("{\"invitations\":[]}");
    Answer answer = call("DELETE", "/api/v1/invitations/0123456789abcdef", null);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text("code")).isEqualTo("INVITATION_MISSING");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {                             | JSON          |
          {"ref":"a"} x                 | JSON          |
          {"ref":"a","ref":"b"}         | JSON          |
          {"ref":NaN}                   | JSON          |
          {"ref":["a"]}                 | TYPE          | ref
          {"reff":"a"}                  | UNKNOWN_FIELD | reff
          {"ref":null}                  | REQUIRED      | ref
          {}                            | REQUIRED      | ref
          null                          | JSON          |
          """)
  void refusesABadBodyAndNamesTheField(String body, String code, @Nullable String field)
      throws IOException {
    Answer answer = send("PUT", "/api/v1/nodes/web-1/ref", body);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(400);
    assertThat(answer.text("code")).isEqualTo(code);
    assertThat(answer.text("field")).isEqualTo(field == null ? "null" : field);
    assertThat(answer.text("detail")).doesNotContain("dev.pullcord", "com.fasterxml", "java.");
    assertThat(server.audit()).isEmpty();
  }

  @Test
  void refusesDeepAndLargeBodies() throws IOException {
    String deep = "{\"ref\":" + "[".repeat(60) + "]".repeat(60) + "}";
    assertThat(send("PUT", "/api/v1/nodes/web-1/ref", deep).status()).isEqualTo(400);
    String large = "{\"ref\":\"" + "x".repeat(Bodies.MAX_BYTES) + "\"}";
    Answer answer = send("PUT", "/api/v1/nodes/web-1/ref", large);
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.text("code")).isEqualTo("TOO_LARGE");
  }

  @Test
  void wantsJson() throws IOException {
    RequestBody form =
        RequestBody.create("ref=a", MediaType.get("application/x-www-form-urlencoded"));
    Answer answer = call("PUT", "/api/v1/nodes/web-1/ref", form);
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.type()).isEqualTo("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/nodes?limit=0",
        "/api/v1/nodes?limit=1000000000",
        "/api/v1/nodes?limit=x",
        "/api/v1/nodes?cursor=../..",
        "/api/v1/nodes?state=happy",
        "/api/v1/nodes?selektor=a",
        "/api/v1/nodes?selector=a%3D%3D%3Db",
        "/api/v1/deployments?cursor=-1",
        "/api/v1/deployments/0",
        "/api/v1/deployments/99999999999999999999",
        "/api/v1/nodes/UPPER",
        "/api/v1/nodes/%2e%2e%2f%2e%2e%2fx",
        "/api/v1/nodes/a%00",
        "/api/v1/nodes/web-1;a=b",
        "/api/v1/nodes/%c0%ae"
      })
  void refusesMalformedAddresses(String path) throws IOException {
    Answer answer = get(path);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(400);
    assertThat(answer.type()).isEqualTo("application/problem+json");
    assertThat(answer.text("code")).isNotEmpty();
  }

  @Test
  void tellsMissingThingsFromMissingRoutes() throws IOException {
    assertThat(get("/api/v1/nodes/nobody").text("detail"))
        .isEqualTo("there is no node nobody; pullcord nodes lists them");
    assertThat(get("/api/v1/deployments/7").status()).isEqualTo(404);
    assertThat(get("/api/v1/nothing").status()).isEqualTo(404);
    Answer method = send("PATCH", "/api/v1/fleet", "{}");
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.text("code")).isEqualTo("METHOD_NOT_ALLOWED");
  }

  @Test
  void saysWhichMethodsAreAllowed() throws IOException {
    Request request =
        new Request.Builder()
            .url(server.url(Port.PEOPLE) + "/api/v1/fleet")
            .delete()
            .header("Authorization", "Bearer admin")
            .build();
    try (Response response = client.newCall(request).execute()) {
      assertThat(response.header("Allow")).isEqualTo("GET");
    }
  }

  @Test
  void answersEveryRequestWithAnIdAndTheSecurityHeaders() throws IOException {
    Request request = new Request.Builder().url(server.url(Port.PEOPLE) + "/nothing").build();
    try (Response response = client.newCall(request).execute()) {
      String id = String.valueOf(response.header("Pullcord-Request-Id"));
      assertThat(response.body().string()).contains("\"requestId\":\"" + id + "\"");
      assertThat(response.headers().names())
          .contains(
              "X-Content-Type-Options",
              "X-Frame-Options",
              "Content-Security-Policy",
              "Referrer-Policy",
              "Cache-Control")
          .doesNotContain("Server", "X-Powered-By");
    }
  }

  @Test
  void aStreamOfEventsSaysAfter15SecondsWithoutAChangeThatItIsStillThere() throws IOException {
    Request request =
        new Request.Builder()
            .url(server.url(Port.PEOPLE) + "/api/v1/events")
            .header("Authorization", "Bearer viewer")
            .build();
    // Less than is left of a longer wait once the clock is 15 s ahead.
    OkHttpClient impatient = client.newBuilder().readTimeout(Duration.ofSeconds(8)).build();
    try (Response response = impatient.newCall(request).execute()) {
      BufferedSource events = response.body().source();
      assertThat(events.readUtf8LineStrict()).isEqualTo("event: change");
      skipEvent(events);
      server.later(Duration.ofSeconds(14));
      server.fleet().changed();
      assertThat(events.readUtf8LineStrict()).isEqualTo("event: change");
      skipEvent(events);
      server.later(Duration.ofSeconds(15));
      assertThat(events.readUtf8LineStrict()).isEqualTo(": still here");
      assertThat(events.readUtf8LineStrict()).isEmpty();
      server.later(Duration.ofSeconds(15));
      assertThat(events.readUtf8LineStrict()).isEqualTo(": still here");
    }
  }

  private static void skipEvent(BufferedSource events) throws IOException {
    assertThat(events.readUtf8LineStrict()).startsWith("data: ");
    assertThat(events.readUtf8LineStrict()).isEmpty();
  }

  @Test
  void streamsThatTheFleetHasChanged() throws IOException {
    Request request =
        new Request.Builder()
            .url(server.url(Port.PEOPLE) + "/api/v1/events")
            .header("Authorization", "Bearer viewer")
            .build();
    try (Response response = client.newCall(request).execute()) {
      assertThat(response.header("Content-Type")).startsWith("text/event-stream");
      BufferedSource events = response.body().source();
      assertThat(events.readUtf8LineStrict()).isEqualTo("event: change");
      assertThat(events.readUtf8LineStrict()).isEqualTo("data: {\"revision\":0}");
      assertThat(events.readUtf8LineStrict()).isEmpty();
      server.fleet().deployment("main", new CommitId("a".repeat(40)));
      server.fleet().changed();
      assertThat(events.readUtf8LineStrict()).isEqualTo("event: change");
      assertThat(events.readUtf8LineStrict()).isEqualTo("data: {\"revision\":1}");
    }
  }

  @Test
  void countsNodesAndPushesForPrometheus() throws IOException {
    server.metrics().push(Duration.ofMillis(50));
    Request request =
        new Request.Builder()
            .url(server.url(Port.PEOPLE) + "/metrics")
            .header("Authorization", "Bearer viewer")
            .build();
    String answer;
    try (Response response = client.newCall(request).execute()) {
      answer = response.body().string();
    }
    assertThat(answer)
        .contains("pullcord_nodes{state=\"waiting\"} 3.0")
        .contains("pullcord_pushes_seconds_count 1")
        .contains("jvm_memory_used_bytes");

    String page =
        Files.readString(
            Path.of(System.getProperty("pullcord.root"), "docs/reference/server-config.md"));
    List<String> names = answer.lines().filter(l -> l.startsWith("# TYPE pullcord_")).toList();
    assertThat(names)
        .hasSizeGreaterThan(5)
        .allSatisfy(l -> assertThat(page).containsPattern("`" + l.split(" ")[2] + "[`{]"));
  }
}
