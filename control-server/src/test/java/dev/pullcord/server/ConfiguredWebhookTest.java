package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteUrl;
import dev.pullcord.server.config.HostLinks;
import dev.pullcord.server.config.UpstreamConfig;
import dev.pullcord.server.config.WebhookKind;
import dev.pullcord.server.security.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** There is a route for webhooks only where one is configured, and only on the people's port. */
class ConfiguredWebhookTest {
  @TempDir Path directory;
  private final OkHttpClient client = TestServer.client(null);

  private int post(WholeServer server, Port port, String path) throws IOException {
    Request request =
        new Request.Builder()
            .url(server.url(port) + path)
            .post(RequestBody.create(new byte[0]))
            .build();
    try (Response answer = client.newCall(request).execute()) {
      return answer.code();
    }
  }

  @Test
  void withoutOneThereIsNoSuchRoute() throws IOException {
    try (WholeServer server = new WholeServer(directory)) {
      for (WebhookKind kind : WebhookKind.values()) {
        assertThat(post(server, Port.PEOPLE, kind.path())).isEqualTo(404);
      }
    }
  }

  @Test
  void withOneThereIsThatRouteAndNoOther() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "correct horse");
    UpstreamConfig upstream =
        new UpstreamConfig(
            new RemoteAccess(new RemoteUrl("file:///nowhere/fleet.git"), null, null, "upstream"),
            new UpstreamConfig.Refs(List.of(), List.of()),
            Duration.ofHours(1),
            new HostLinks(new HostLinks.Webhook(WebhookKind.GITEA, secret), null));
    try (WholeServer server = new WholeServer(directory, PortRoutes.Table.STANDARD, upstream)) {
      for (WebhookKind kind : WebhookKind.values()) {
        assertThat(post(server, Port.PEOPLE, kind.path()))
            .isEqualTo(kind == WebhookKind.GITEA ? 401 : 404);
      }
      assertThat(post(server, Port.AGENTS, "/webhooks/gitea")).isEqualTo(404);
    }
  }
}
