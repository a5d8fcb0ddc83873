package dev.pullcord.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.id.NodeName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that goes away when it has read a change: nobody knows whether it did it. */
class LostAnswerTest {
  private static final Requests.Whoami ANN = new Requests.Whoami("ann", "operator", "9.9", "fleet");
  private static final NodeName NODE = new NodeName("n");

  /** Answers looks on connections that are kept, and drops the connection at a change. */
  private static final class Dropping implements AutoCloseable {
    private final ServerSocket listening =
        new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> changes = new CopyOnWriteArrayList<>();
    private final boolean endsWithIt;

    Dropping(boolean endsWithIt) throws IOException {
      this.endsWithIt = endsWithIt;
      threads.execute(this::accept);
    }

    ServerUrl url() {
      return ServerUrl.parse("http://127.0.0.1:" + listening.getLocalPort());
    }

    private void accept() {
      try {
        while (true) {
          Socket connection = listening.accept();
          threads.execute(() -> answer(connection));
        }
      } catch (IOException e) {
        // closed
      }
    }

    private void answer(Socket connection) {
      try (connection) {
        BufferedReader in =
            new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8));
        String request = in.readLine();
        while (request != null) {
          String header = in.readLine();
          while (header != null && !header.isEmpty()) {
            header = in.readLine();
          }
          if (!request.startsWith("GET ")) {
            changes.add(request);
            if (endsWithIt) {
              listening.close();
            }
            return;
          }
          String body = PullcordJson.write(ANN);
          String head =
              "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n";
          connection
              .getOutputStream()
              .write((head.formatted(body.length()) + body).getBytes(UTF_8));
          request = in.readLine();
        }
      } catch (IOException e) {
        // the client went away
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
      threads.shutdownNow();
    }
  }

  private static ServerReply<?> change(ServerClient client, String method) {
    return switch (method) {
      case "POST" -> client.retry(NODE);
      case "PUT" -> client.follow(NODE, "main");
      case "PATCH" -> client.label(NODE, new Requests.Labels(Map.of("a", "b"), List.of()));
      default -> client.remove(NODE);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
  void aChangeThatWasReadIsNotSentAgainOverAnotherConnection(String method) throws Exception {
    try (Dropping server = new Dropping(false);
        ServerClient client =
            new ServerClient(new ServerCredentials(server.url(), "t", null), System::nanoTime)) {
      assertThat(client.whoami()).isEqualTo(new ServerReply.Got<>(ANN)); // its connection is kept

      assertThat(change(client, method)).isInstanceOf(ServerReply.Unreachable.class);
      assertThat(server.changes).hasSize(1).first().asString().startsWith(method + " ");
    }
  }

  @Test
  void aChangeThatAServerReadBeforeItEndedGoesToNoOtherServer() throws Exception {
    try (Dropping one = new Dropping(true);
        ScriptedServer two = new ScriptedServer();
        ServerClient client =
            new ServerClient(
                new ServerCredentials(
                    one.url(),
                    "t",
                    null,
                    null,
                    new ServerCredentials.Elsewhere(List.of(two.url()), Set.of())),
                System::nanoTime,
                new ServerClient.Listener() {},
                List.of(Duration.ofSeconds(30)))) {
      two.answer("GET /api/v1/whoami", ANN);

      assertThat(client.retry(NODE)).isInstanceOf(ServerReply.Unreachable.class);
      assertThat(one.changes).hasSize(1);
      assertThat(two.requests()).isEmpty();
      assertThat(client.whoami()).isEqualTo(new ServerReply.Got<>(ANN));
    }
  }

  @Test
  void aFailureToConnectAfterALostAnswerIsNoneBeforeSending() {
    IOException refused = new ConnectException("refused");
    assertThat(ConnectionFailure.beforeSending(refused)).isTrue();
    refused.addSuppressed(new ConnectException("the other address refused, too"));
    assertThat(ConnectionFailure.beforeSending(refused)).isTrue();
    refused.addSuppressed(new IOException("unexpected end of stream"));
    assertThat(ConnectionFailure.beforeSending(refused)).isFalse();
  }
}
