package dev.pullcord.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.TestTls;
import dev.pullcord.cli.host.CliClock;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Eventually;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerClientTest {
  @TempDir Path directory;

  private static ServerClient client(FakeServer server, @Nullable Fingerprint fingerprint) {
    return new ServerClient(
        new ServerCredentials(ServerUrl.parse(server.url()), FakeServer.TOKEN, fingerprint),
        CliClock.system());
  }

  @Test
  void readsAllPages() throws Exception {
    try (FakeServer server = new FakeServer()) {
      for (int i = 1; i <= 5; i++) {
        server.fleet().set("grep-" + i, NodeState.CONVERGED, "");
      }
      ServerReply<NodeView.Page> answer = client(server, null).nodes("role=grep", null);
      assertThat(answer).isInstanceOf(ServerReply.Got.class);
      assertThat(((ServerReply.Got<NodeView.Page>) answer).value().nodes()).hasSize(5);
      assertThat(server.requests()).hasSize(3);
    }
  }

  @Test
  void speaksToTheServerWhoseKeyItKnows() throws Exception {
    TestTls tls = TestTls.make(directory.resolve("keys"));
    try (FakeServer server = new FakeServer(tls.context())) {
      assertThat(client(server, Fingerprint.of(tls.certificate())).fleet())
          .isEqualTo(new ServerReply.Got<>(server.numbers()));
    }
  }

  @Test
  void sendsNothingToAServerWithAnotherKey() throws Exception {
    TestTls tls = TestTls.make(directory.resolve("keys"));
    try (FakeServer server = new FakeServer(tls.context())) {
      ServerReply<Fleet> answer = client(server, new Fingerprint("ab".repeat(32))).fleet();
      assertThat(answer).isInstanceOf(ServerReply.Unreachable.class);
      assertThat(((ServerReply.Unreachable<?>) answer).why()).contains("another key", "abab");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void trustsNobodyWhenNoKeyIsKnownAndTheSystemDoesNot() throws Exception {
    TestTls tls = TestTls.make(directory.resolve("keys"));
    try (FakeServer server = new FakeServer(tls.context())) {
      ServerReply<Fleet> answer = client(server, null).fleet();
      assertThat(answer).isInstanceOf(ServerReply.Unreachable.class);
      assertThat(((ServerReply.Unreachable<?>) answer).why())
          .contains("does not trust", "pullcord login");
    }
  }

  @Test
  void doesNotFollowARedirectWithTheToken() throws Exception {
    try (FakeServer server = new FakeServer();
        FakeServer other = new FakeServer()) {
      server.odd("/api/v1/fleet", 302, "text/plain", other.url() + "/api/v1/fleet");
      assertThat(client(server, null).fleet()).isInstanceOf(ServerReply.Strange.class);
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void tellsAServerThatIsNoneOfOurs() throws Exception {
    try (FakeServer server = new FakeServer()) {
      server.odd("/api/v1/fleet", 200, "text/html", "<html>It works!</html>");
      assertThat(client(server, null).fleet()).isInstanceOf(ServerReply.Strange.class);
      server.odd("/api/v1/fleet", 200, "application/json", "");
      assertThat(client(server, null).fleet()).isInstanceOf(ServerReply.Strange.class);
      server.odd("/api/v1/fleet", 200, "application/json", "{\"nodes\": 7}");
      assertThat(client(server, null).fleet()).isInstanceOf(ServerReply.Strange.class);
      server.odd("/api/v1/fleet", 500, "text/html", "boom");
      assertThat(client(server, null).fleet()).isInstanceOf(ServerReply.Strange.class);
      server.odd("/api/v1/fleet", 200, "application/json", "null");
      assertThat(client(server, null).fleet()).isInstanceOf(ServerReply.Strange.class);
    }
  }

  @Test
  void saysWhenNobodyListens() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    ServerUrl address = ServerUrl.parse("http://127.0.0.1:" + port);
    ServerReply<NodeView> answer =
        new ServerClient(new ServerCredentials(address, "t", null), CliClock.system())
            .node(new NodeName("grep-1"));
    assertThat(answer).isInstanceOf(ServerReply.Unreachable.class);
    assertThat(((ServerReply.Unreachable<?>) answer).why())
        .contains(address.url(), "nothing listens");
  }

  @Test
  void isWokenByAnEvent() throws Exception {
    try (FakeServer server = new FakeServer();
        Changes changes = client(server, null).changes()) {
      changes.await(Duration.ofMillis(1));
      Eventually.within(Duration.ofSeconds(10))
          .isTrue("the stream is open", () -> server.listeners() == 1);
      changes.await(Duration.ofSeconds(5)); // the opening rings once
      long before = System.nanoTime();
      Thread ringer = Thread.ofVirtual().start(server::ring);
      changes.await(Duration.ofSeconds(5));
      ringer.join();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
    }
  }
}
