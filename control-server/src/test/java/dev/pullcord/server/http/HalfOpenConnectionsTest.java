package dev.pullcord.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.TestServer;
import dev.pullcord.server.host.ProcessLimits;
import dev.pullcord.server.security.Port;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many connections that begin a handshake and never end it, against both ports. */
class HalfOpenConnectionsTest {
  private static final byte[] BEGINNING = {22, 3, 1, 1};
  private static final int MANY = Boolean.getBoolean("pullcord.full") ? 6000 : 1500;

  /** Each takes two of this process's descriptors while the server keeps it. */
  private static final int PER_CONNECTION = 2;

  @TempDir Path directory;

  @Test
  void whoHoldsConnectionsOpenShutsOutNobody() throws IOException {
    int many = (int) Math.min(MANY, ProcessLimits.descriptors() / PER_CONNECTION / 2);
    List<SocketChannel> held = new ArrayList<>();
    try (TestServer server = new TestServer(directory)) {
      for (int i = 0; i < many; i++) {
        SocketChannel channel = SocketChannel.open();
        channel.connect(
            new InetSocketAddress(
                "127.0.0.1", server.port(i % 2 == 0 ? Port.PEOPLE : Port.AGENTS)));
        channel.write(ByteBuffer.wrap(BEGINNING, 0, 1 + i % BEGINNING.length));
        held.add(channel);
        if (i % 100 == 0) {
          assertThat(answer(server, Port.PEOPLE)).isEqualTo(200);
        }
      }
      assertThat(answer(server, Port.AGENTS)).isEqualTo(401);
      // Nothing ends them but the server's own clock.
      Eventually.within(Duration.ofSeconds(60))
          .isTrue(
              "the server closed them all",
              () -> held.stream().allMatch(HalfOpenConnectionsTest::closed));
      assertThat(answer(server, Port.PEOPLE)).isEqualTo(200);
    } finally {
      for (SocketChannel channel : held) {
        channel.close();
      }
    }
  }

  private static int answer(TestServer server, Port port) throws IOException {
    OkHttpClient client = TestServer.client(null);
    String path = port == Port.PEOPLE ? "/healthz" : "/agent/v1/desired";
    try (Response response =
        client.newCall(new Request.Builder().url(server.url(port) + path).build()).execute()) {
      return response.code();
    } finally {
      client.connectionPool().evictAll();
      client.dispatcher().executorService().shutdown();
    }
  }

  private static boolean closed(SocketChannel channel) {
    try {
      channel.configureBlocking(false);
      return channel.read(ByteBuffer.allocate(64)) < 0;
    } catch (IOException _) {
      return true;
    }
  }
}
