package dev.pullcord.server.api;

import static dev.pullcord.server.TestFleet.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.enroll.EnrollReply;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.ReportMessages;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.channel.LogRelay;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.AccessControl;
import dev.pullcord.server.security.NodeAccess;
import dev.pullcord.server.security.NodeKeys;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.limit.FailedSignIns;
import io.javalin.Javalin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over real HTTP; the key, which TLS proves in the product, is a header here. */
class AgentApiTest {
  private static final MediaType JSON = MediaType.get("application/json");

  @TempDir Path directory;
  private final OkHttpClient client = new OkHttpClient();
  private TestFleet fleet;
  private Javalin server;

  @BeforeEach
  void start() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    fleet.join("a");
    NodeKeys keys = new NodeKeys(fleet.model);
    NodeAccess nodes =
        new NodeAccess(
            r -> Optional.ofNullable(r.getHeaders().get("Key")).map(NodeKeyId::new),
            key -> keys.require(Optional.of(key)).name(),
            fleet.auditLog);
    AccessControl access =
        new AccessControl(
            Permissions.standard(),
            _ -> Optional.empty(),
            nodes,
            _ -> Optional.empty(),
            fleet.auditLog,
            new FailedSignIns(fleet.clock));
    AgentApi api =
        new AgentApi(
            keys,
            fleet.enrollment,
            fleet.intake,
            fleet.contacts,
            new LogRelay((node, event) -> false),
            fleet.runs().intake(),
            fleet.clock);
    server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  config.jetty.host = "127.0.0.1";
                  config.jetty.port = 0;
                  config.routes.before(ctx -> ctx.attribute(Port.ATTRIBUTE, Port.AGENTS));
                  config.routes.beforeMatched(access);
                  api.register(config.routes);
                  config.routes.exception(
                      Refusal.class, (e, ctx) -> ctx.status(499).result(e.code()));
                })
            .start();
  }

  @AfterEach
  void stop() {
    server.stop();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
    fleet.close();
  }

  private record Answer(int status, String body) {
    <T> T as(Class<T> type) throws IOException {
      assertThat(status).as(body).isEqualTo(200);
      return PullcordJson.wire().readValue(body, type);
    }
  }

  private Answer call(String method, String path, @Nullable NodeKeyId key, @Nullable String body)
      throws IOException {
    Request.Builder request =
        new Request.Builder()
            .url("http://127.0.0.1:" + server.port() + "/agent/v1/" + path)
            .header("Pullcord-Protocol", "1")
            .method(method, body == null ? null : RequestBody.create(body, JSON));
    if (key != null) {
      request.header("Key", key.value());
    }
    try (Response response = client.newCall(request.build()).execute()) {
      return new Answer(response.code(), response.body().string());
    }
  }

  private Answer post(String path, Object body) throws IOException {
    return call("POST", path, key("a"), PullcordJson.write(body));
  }

  @Test
  void nodeJoinsStartsAsksReportsAndBeats() throws Exception {
    JoinToken token =
        JoinToken.parse(
            fleet
                .operations
                .invitations()
                .create(TestFleet.ADA, new Invitation.Request(null, null, null, null, null))
                .token());
    EnrollRequest request = new EnrollRequest(token.id(), token.secret(), new NodeName("b"), null);
    assertThat(call("POST", "enroll", key("b"), PullcordJson.write(request)).as(EnrollReply.class))
        .isEqualTo(new EnrollReply(new NodeName("b"), "fleet", "main"));

    ReportMessages.Session session =
        call(
                "POST",
                "session",
                key("b"),
                PullcordJson.write(new ReportMessages.SessionRequest("1", "boot", 0)))
            .as(ReportMessages.Session.class);
    assertThat(session.epoch()).isEqualTo(1);

    DesiredState desired = call("GET", "desired", key("b"), null).as(DesiredState.class);
    assertThat(desired).isEqualTo(fleet.desired("b"));
    assertThat(session.revision()).isEqualTo(desired.revision());

    var batch = new ReportMessages.Batch(List.of(Said.by(fleet, "b").next()));
    assertThat(
            call("POST", "reports", key("b"), PullcordJson.write(batch))
                .as(ReportMessages.Stored.class)
                .stored())
        .isEqualTo(new ReportNumber(1, 1));
    assertThat(fleet.state("b")).isEqualTo(NodeState.CONVERGED);

    assertThat(
            call("POST", "heartbeat", key("b"), "").as(ReportMessages.Heartbeat.class).revision())
        .isEqualTo(desired.revision());
  }

  @Test
  void everyAuthenticatedRequestIsContact() throws Exception {
    fleet.advance(Duration.ofSeconds(45));
    assertThat(fleet.state("a")).isEqualTo(NodeState.NEVER_SEEN);
    call("GET", "desired", key("a"), null);
    assertThat(fleet.state("a")).isEqualTo(NodeState.WAITING);
  }

  @Test
  void unknownAndRemovedKeysGetNothingOnAnyRoute() throws Exception {
    fleet.operations.nodes().remove(TestFleet.ADA, new NodeName("a"));
    for (String route : List.of("session", "reports", "heartbeat", "desired")) {
      String method = route.equals("desired") ? "GET" : "POST";
      String body = route.equals("desired") ? null : "{}";
      assertThat(call(method, route, key("x"), body).body()).isEqualTo("NODE_UNKNOWN");
      assertThat(call(method, route, null, body).body()).isEqualTo("NODE_UNKNOWN");
      assertThat(call(method, route, key("a"), body).body()).isEqualTo("NODE_REMOVED");
    }
    assertThat(call("POST", "enroll", null, "{}").body()).isEqualTo("NODE_UNKNOWN");
  }

  @Test
  void whatIsMissingInABodyIsRefusedByName() throws Exception {
    assertThat(post("session", "text").body()).isEqualTo("JSON");
    assertThat(call("POST", "session", key("a"), "{").body()).isEqualTo("JSON");
    assertThat(call("POST", "session", key("a"), "").body()).isEqualTo("JSON");
    assertThat(call("POST", "session", key("a"), "null").body()).isEqualTo("JSON");
    assertThat(call("POST", "session", key("a"), "{\"bootId\":\"x\"}").body()).isEqualTo("JSON");
    assertThat(call("POST", "enroll", key("a"), "{\"name\":\"b\"}").body()).isEqualTo("JSON");
    fleet.start("a");
    JsonNode batch =
        PullcordJson.wire()
            .valueToTree(new ReportMessages.Batch(List.of(Said.by(fleet, "a").next())));
    ((com.fasterxml.jackson.databind.node.ObjectNode) batch.at("/reports/0/status"))
        .putNull("state");
    assertThat(post("reports", batch).body()).isEqualTo("JSON");
    ((com.fasterxml.jackson.databind.node.ObjectNode) batch.at("/reports/0")).putNull("status");
    assertThat(post("reports", batch).body()).isEqualTo("JSON");
    assertThat(fleet.state("a")).isEqualTo(NodeState.WAITING);
  }

  @Test
  void bodyThatIsTooLargeIsRefused() throws Exception {
    String large = "{\"agentVersion\":\"" + "x".repeat(17 << 10) + "\",\"bootId\":\"b\"}";
    assertThat(call("POST", "session", key("a"), large).status()).isEqualTo(413);
  }

  @Test
  void fieldsThatAreNewerThanThisServerAreIgnored() throws Exception {
    String body = "{\"agentVersion\":\"9\",\"bootId\":\"b\",\"mood\":\"good\"}";
    assertThat(call("POST", "session", key("a"), body).as(ReportMessages.Session.class).epoch())
        .isEqualTo(1);
  }

  @Test
  void newerProtocolIsRefused() throws Exception {
    Request request =
        new Request.Builder()
            .url("http://127.0.0.1:" + server.port() + "/agent/v1/desired")
            .header("Pullcord-Protocol", "2")
            .header("Key", key("a").value())
            .build();
    try (Response response = client.newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(426);
    }
  }
}
