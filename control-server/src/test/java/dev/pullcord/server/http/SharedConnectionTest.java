package dev.pullcord.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.TestServer;
import dev.pullcord.server.security.Port;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 on the agents' port, spoken by strangers too. */
class SharedConnectionTest {
  private static final String PATH = "/agent/v1/desired";

  /** More than the server lets anybody do in a second. */
  private static final int FLOOD = 20_000;

  private static final byte[] CANCEL = {0, 0, 0, 8};

  @TempDir Path directory;
  private TestServer server;
  private final OkHttpClient client = TestServer.client(null);

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(directory);
  }

  @AfterEach
  void stop() {
    client.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
    server.close();
  }

  private Protocol spoken(OkHttpClient by, Port port) throws IOException {
    String path = port == Port.PEOPLE ? "/healthz" : PATH;
    Request request = new Request.Builder().url(server.url(port) + path).build();
    try (Response response = by.newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(port == Port.PEOPLE ? 200 : 401);
      assertThat(response.header("Pullcord-Request-Id")).isNotNull();
      return response.protocol();
    }
  }

  @Test
  void agentsShareAConnectionAndWhoDoesNotKnowHowIsAnsweredToo() throws IOException {
    OkHttpClient older = client.newBuilder().protocols(List.of(Protocol.HTTP_1_1)).build();
    assertThat(spoken(client, Port.AGENTS)).isEqualTo(Protocol.HTTP_2);
    assertThat(spoken(older, Port.AGENTS)).isEqualTo(Protocol.HTTP_1_1);
    assertThat(spoken(client, Port.PEOPLE)).isEqualTo(Protocol.HTTP_1_1);
  }

  @Test
  void whoOpensAndResetsRequestsWithoutEndIsClosed() throws IOException {
    try (Frames frames = new Frames(server, null)) {
      byte[] get = Frames.get(PATH);
      int sent = 0;
      while (sent < FLOOD && frames.write(Frames.HEADERS, 5, 2 * sent + 1, get)) {
        frames.write(Frames.RST_STREAM, 0, 2 * sent + 1, CANCEL);
        sent++;
      }
      assertThat(frames.protocol()).isEqualTo("h2");
      assertThat(frames.comes(Frames.PING)).as("it is closed").isFalse();
    }
    assertThat(spoken(client, Port.AGENTS)).isEqualTo(Protocol.HTTP_2);
  }

  @Test
  void aHeaderThatNeverEndsIsNotCollected() throws IOException {
    try (Frames frames = new Frames(server, null)) {
      frames.write(Frames.HEADERS, 0, 1, Frames.get(PATH));
      int sent = 0;
      while (sent < FLOOD && frames.write(Frames.CONTINUATION, 0, 1, new byte[4096])) {
        sent++;
      }
      assertThat(sent).isLessThan(FLOOD);
      assertThat(frames.comes(Frames.PING)).as("it is closed").isFalse();
    }
    assertThat(spoken(client, Port.AGENTS)).isEqualTo(Protocol.HTTP_2);
  }

  @Test
  void whoAsksForSignsOfLifeWithoutEndIsClosed() throws IOException {
    try (Frames frames = new Frames(server, null)) {
      int sent = 0;
      while (sent < FLOOD && frames.write(Frames.PING, 0, 0, new byte[8])) {
        sent++;
      }
      assertThat(frames.comes(Frames.HEADERS)).as("it is closed").isFalse();
    }
    assertThat(spoken(client, Port.AGENTS)).isEqualTo(Protocol.HTTP_2);
  }
}
