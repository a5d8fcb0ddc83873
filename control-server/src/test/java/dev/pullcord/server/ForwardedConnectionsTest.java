package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.security.ForwardingServers;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.server.standby.KeyVouchers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a standby gets that has as many connections to the active server as one may have. */
class ForwardedConnectionsTest {
  private static final int EACH = 3;

  @TempDir Path directory;

  @Test
  void standbyWithoutRoomForOneConnectionMoreIsToldSoAndIsNoStranger() throws Exception {
    ServerPair pair = ServerPair.make(directory, "limits: {connections-each: " + EACH + "}");
    ServerConfig standby = pair.second();
    // It says that its key is a server's, and does not run.
    new KeyVouchers(standby.tls(), Objects.requireNonNull(standby.place().store())).exchange();
    CertifiedKey key = TlsKeys.load(standby.tls(), "agents");
    List<Response> streams = new ArrayList<>();
    try (ServerAssembly _ = ServerAssembly.start(pair.first())) {
      for (int i = 0; i < EACH; i++) {
        streams.add(ask(pair, key, "events", "203.0.113." + i));
        assertThat(streams.getLast().code()).isEqualTo(200);
      }
      try (Response full = ask(pair, key, "whoami", "203.0.113.9")) {
        assertThat(full.code()).isEqualTo(503);
        assertThat(full.header("Retry-After")).isEqualTo("1");
        assertThat(full.body().string()).contains("\"CONNECTIONS_FULL\"");
      }
    } finally {
      streams.forEach(Response::close);
    }
  }

  private static Response ask(ServerPair pair, CertifiedKey key, String path, String client)
      throws IOException {
    Request request =
        new Request.Builder()
            .url("https://" + pair.first().agents() + "/api/v1/" + path)
            .header("Authorization", "Bearer " + pair.token())
            .header(ForwardingServers.CLIENT, client)
            .build();
    return TestServer.client(key).newCall(request).execute();
  }
}
