package dev.pullcord.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.AuditView;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.githost.Git;
import dev.pullcord.server.store.AuditTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real requests on both ports leave in the audit log. */
class AuditedAccessTest {
  @TempDir Path directory;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(directory.resolve("server"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int send(Port port, OkHttpClient client, Request.Builder request, String path)
      throws IOException {
    try (Response response =
        client.newCall(request.url(server.url(port) + path).build()).execute()) {
      return response.code();
    }
  }

  private int people(String method, String path, @Nullable String token) throws IOException {
    Request.Builder request = new Request.Builder().method(method, null);
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(Port.PEOPLE, TestServer.client(null), request, path);
  }

  private static AuditTable.Source here(AuditTable.Way way) {
    return new AuditTable.Source(way, "127.0.0.1");
  }

  @Test
  void whoLacksARoleIsNamedWithWhatWasTried() throws IOException {
    assertThat(people("DELETE", "/api/v1/nodes/web-1?secret=x", "viewer")).isEqualTo(403);
    assertThat(server.audit())
        .singleElement()
        .satisfies(e -> {
          assertThat(e.who()).isEqualTo("viewer-owner");
          assertThat(e.from()).isEqualTo(here(AuditTable.Way.API));
          assertThat(e.what()).isEqualTo("denied");
          assertThat(e.subject()).isEqualTo("/api/v1/nodes/web-1");
          assertThat(e.after()).isEqualTo("DELETE needs the role admin, not viewer");
          assertThat(e.refused()).isTrue();
        });
  }

  @Test
  void tokenThatDoesNotWorkIsNotWrittenDown() throws IOException {
    assertThat(people("GET", "/api/v1/fleet", "guess-of-mine")).isEqualTo(401);
    assertThat(server.audit())
        .singleElement()
        .satisfies(e -> {
          assertThat(e.who()).isEqualTo(AuditTrail.UNKNOWN);
          assertThat(e.what()).isEqualTo("token.refused");
          assertThat(e.toString()).doesNotContain("guess-of-mine");
        });
  }

  @Test
  void whoShowsNothingLeavesNothing() throws IOException {
    assertThat(people("GET", "/api/v1/fleet", null)).isEqualTo(401);
    assertThat(people("GET", "/api/v1/fleet", "viewer")).isEqualTo(200);
    assertThat(server.audit()).isEmpty();
  }

  @Test
  void floodOfWrongTokensIsOneEntryUntilItIsCounted() throws IOException {
    for (int i = 0; i < 200; i++) {
      people("GET", "/api/v1/nodes/n" + i, "guess-" + i);
    }
    assertThat(server.audit()).hasSize(1);
  }

  @Test
  void keyOfNoNodeIsRefusedByTheAgentsPort() throws IOException {
    CertifiedKey stranger = server.nodeKey("stranger");
    Request.Builder request = new Request.Builder();
    assertThat(send(Port.AGENTS, TestServer.client(stranger), request, "/agent/v1/desired"))
        .isEqualTo(401);
    assertThat(server.audit())
        .singleElement()
        .satisfies(e -> {
          assertThat(e.from()).isEqualTo(here(AuditTable.Way.AGENTS));
          assertThat(e.what()).isEqualTo("key.refused");
          assertThat(e.after()).contains(AccessControl.keyId(stranger.certificate()).value());
        });
  }

  @Test
  void pushesAreThereWithTheirRefsAndThoseThatAreRefusedWithTheReason() throws Exception {
    Path home = Files.createDirectories(directory.resolve("home"));
    new Git(home).ok("clone", "-q", url("operator"), "work");
    Git git = new Git(home.resolve("work"));
    git.ok("checkout", "-q", "-B", "other");
    String commit = git.commit("a", "b");
    git.ok("push", "-q", "origin", "other");
    assertThat(git.run("push", "origin", "other:refs/notes/x").exit()).isNotZero();
    assertThat(git.run("push", url("viewer"), "other").exit()).isNotZero();

    List<AuditTable.Act> audit = server.audit();
    assertThat(audit)
        .extracting(AuditTable.Act::what)
        .containsExactly("denied", "push.refused", "push");
    AuditTable.Act push = audit.get(2);
    assertThat(push.who()).isEqualTo("operator-owner");
    assertThat(push.from()).isEqualTo(here(AuditTable.Way.GIT));
    assertThat(push.subject()).isEqualTo("other");
    assertThat(push.before()).isNull();
    assertThat(push.after()).isEqualTo(commit);
    assertThat(audit.get(1).subject()).isEqualTo("refs/notes/x");
    assertThat(audit.get(1).after()).startsWith("REF_NAME  ");
    assertThat(audit.get(0).who()).isEqualTo("viewer-owner");
    assertThat(audit.get(0).from()).isEqualTo(here(AuditTable.Way.GIT));
  }

  @Test
  void recordsAreReadPageByPageByOperators() throws IOException {
    people("DELETE", "/api/v1/nodes/web-1", "viewer");
    people("DELETE", "/api/v1/nodes/web-2", "viewer");
    people("GET", "/api/v1/fleet", "guess");
    assertThat(people("GET", "/api/v1/audit", "viewer")).isEqualTo(403);

    String first = "/api/v1/audit?who=viewer-owner&action=denied&outcome=refused&limit=2";
    AuditView.Page page = read(first);
    assertThat(page.records())
        .extracting(AuditView::text)
        .containsExactly(
            "viewer-owner was refused /api/v1/audit: GET needs the role operator, not viewer",
            "viewer-owner was refused /api/v1/nodes/web-2: DELETE needs the role admin, not"
                + " viewer");
    assertThat(page.records())
        .allSatisfy(r -> {
          assertThat(r.way()).isEqualTo("api");
          assertThat(r.address()).isEqualTo("127.0.0.1");
          assertThat(r.refused()).isTrue();
        });
    AuditView.Page second = read(first + "&cursor=" + page.next());
    assertThat(second.records()).extracting(AuditView::on).containsExactly("/api/v1/nodes/web-1");
    assertThat(second.next()).isNull();
    assertThat(read("/api/v1/audit?on=nothing&since=1h").records()).isEmpty();
  }

  @Test
  void parametersThatCannotBeAreRefused() throws IOException {
    for (String query : List.of("since=x", "outcome=x", "cursor=x", "limit=0", "whoo=bob")) {
      assertThat(people("GET", "/api/v1/audit?" + query, "admin")).as(query).isEqualTo(400);
    }
  }

  private AuditView.Page read(String path) throws IOException {
    Request request =
        new Request.Builder()
            .url(server.url(Port.PEOPLE) + path)
            .header("Authorization", "Bearer operator")
            .build();
    try (Response response = TestServer.client(null).newCall(request).execute()) {
      return PullcordJson.wire().readValue(response.body().string(), AuditView.Page.class);
    }
  }

  private String url(String token) {
    String base = server.url(Port.PEOPLE).replace("https://", "https://git:" + token + "@");
    return base + "/git/fleet.git";
  }
}
