package dev.pullcord.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.security.Port;
import java.io.IOException;
import java.nio.file.Path;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code GET /api/v1/deployments/{id}} for whoever accepts events. */
class DeploymentEventsTest {
  private static final CommitId COMMIT = new CommitId("a".repeat(40));

  @TempDir Path directory;
  private final OkHttpClient client = TestServer.client(null);
  private TestServer server;
  private long id;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(directory);
    id = server.fleet().deployment("main", COMMIT, "web-1", "web-2");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Response open(long deployment, String accept) throws IOException {
    return client
        .newCall(
            new Request.Builder()
                .url(server.url(Port.PEOPLE) + "/api/v1/deployments/" + deployment)
                .header("Authorization", "Bearer viewer")
                .header("Accept", accept)
                .build())
        .execute();
  }

  private static JsonNode next(BufferedSource events, String type) throws IOException {
    assertThat(events.readUtf8LineStrict()).isEqualTo("event: " + type);
    String data = events.readUtf8LineStrict();
    assertThat(data).startsWith("data: ");
    assertThat(events.readUtf8LineStrict()).isEmpty();
    return PullcordJson.wire().readTree(data.substring("data: ".length()));
  }

  @Test
  void tellsEachChangeAndEndsWithTheDeployment() throws IOException {
    try (Response response = open(id, "text/event-stream")) {
      assertThat(response.header("Content-Type")).startsWith("text/event-stream");
      BufferedSource events = response.body().source();
      JsonNode first = next(events, "deployment");
      assertThat(first.path("state").asText()).isEqualTo("running");
      assertThat(first.path("members")).isEmpty();
      server.fleet().state(id, "web-1", NodeState.CONVERGED, "");
      assertThat(next(events, "deployment").at("/nodes/converged").asInt()).isEqualTo(1);
      server.fleet().state(id, "web-2", NodeState.CONVERGED, "");
      assertThat(next(events, "end").path("state").asText()).isEqualTo("converged");
      assertThat(events.exhausted()).isTrue();
    }
    assertThat(server.fleet().listeners()).isZero();
  }

  @Test
  void oneThatHasEndedIsToldOnce() throws IOException {
    server.fleet().state(id, "web-1", NodeState.CONVERGED, "");
    server.fleet().state(id, "web-2", NodeState.CONVERGED, "");
    try (Response response = open(id, "text/event-stream")) {
      BufferedSource events = response.body().source();
      assertThat(next(events, "end").path("commit").asText()).isEqualTo(COMMIT.value());
      assertThat(events.exhausted()).isTrue();
    }
  }

  @Test
  void whoeverAcceptsAnythingElseGetsTheDeploymentWithItsMembers() throws IOException {
    for (String accept : new String[] {"application/json", "*/*"}) {
      try (Response response = open(id, accept)) {
        assertThat(response.header("Content-Type")).isEqualTo("application/json");
        assertThat(PullcordJson.wire().readTree(response.body().string()).path("members"))
            .hasSize(2);
      }
    }
  }

  @Test
  void oneThatDoesNotExistIsNotFoundInBothForms() throws IOException {
    for (String accept : new String[] {"application/json", "text/event-stream"}) {
      try (Response response = open(999, accept)) {
        assertThat(response.code()).isEqualTo(404);
        assertThat(response.header("Content-Type")).isEqualTo("application/problem+json");
      }
    }
  }

  @Test
  void theStreamEndsWithItsToken() throws IOException {
    try (Response response = open(id, "text/event-stream")) {
      BufferedSource events = response.body().source();
      next(events, "deployment");
      server.fleet().revoke("viewer");
      assertThat(events.exhausted()).isTrue();
    }
  }
}
