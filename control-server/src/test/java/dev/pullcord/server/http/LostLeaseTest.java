package dev.pullcord.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.TestServer;
import dev.pullcord.server.security.Port;
import java.io.IOException;
import java.nio.file.Path;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LostLeaseTest {
  @TempDir Path directory;

  private static int status(TestServer server, Port port, String path) throws IOException {
    Request request =
        new Request.Builder()
            .url(server.url(port) + path)
            .header("Authorization", "Bearer admin")
            .build();
    try (Response response = TestServer.client(null).newCall(request).execute()) {
      return response.code();
    }
  }

  @Test
  void nothingButItsHealthIsAnsweredByAServerWhoseLeaseIsOver() throws IOException {
    try (TestServer server = new TestServer(directory)) {
      assertThat(status(server, Port.PEOPLE, "/api/v1/fleet")).isEqualTo(200);
      assertThat(status(server, Port.AGENTS, "/agent/v1/desired")).isEqualTo(401);
      server.loseLease();
      assertThat(status(server, Port.PEOPLE, "/api/v1/fleet")).isEqualTo(503);
      assertThat(status(server, Port.PEOPLE, "/ui")).isEqualTo(503);
      assertThat(status(server, Port.AGENTS, "/agent/v1/desired")).isEqualTo(503);
      assertThat(status(server, Port.PEOPLE, "/healthz")).isEqualTo(200);
      assertThat(status(server, Port.PEOPLE, "/readyz")).isEqualTo(200);
    }
  }
}
