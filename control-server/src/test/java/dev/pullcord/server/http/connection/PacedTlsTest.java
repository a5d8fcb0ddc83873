package dev.pullcord.server.http.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TestTls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacedTlsTest {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(60));

  @TempDir Path directory;
  private final HandshakeTurns turns = new HandshakeTurns(2);
  private final List<SSLSocket> clients = new ArrayList<>();
  private Server server;
  private ServerConnector port;
  private SSLContext trusting;

  @BeforeEach
  void start() throws Exception {
    TestTls key = TestTls.make(directory.resolve("key"));
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", key.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    trusting = SSLContext.getInstance("TLS");
    trusting.init(null, trust.getTrustManagers(), null);

    QueuedThreadPool threads = new QueuedThreadPool();
    threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
    server = new Server(threads);
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setSslContext(key.context());
    PortConnections connections =
        new PortConnections("port", ConnectionLimits.of(1000, 50), true, System::nanoTime);
    PacedTls paced = new PacedTls(tls, "http/1.1", connections, turns);
    port =
        new PortConnector(
            server,
            connections,
            new TlsBeginning(paced, connections),
            paced,
            new HttpConnectionFactory());
    port.setHost("127.0.0.1");
    server.addConnector(port);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            response.setStatus(HttpStatus.NO_CONTENT_204);
            callback.succeeded();
            return true;
          }
        });
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    for (SSLSocket client : clients) {
      client.close();
    }
    server.stop();
  }

  private SSLSocket connect() throws IOException {
    SSLSocket socket =
        (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", port.getLocalPort());
    clients.add(socket);
    return socket;
  }

  private CompletableFuture<SSLSocket> shakesHands() throws IOException {
    SSLSocket socket = connect();
    CompletableFuture<SSLSocket> done = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        socket.startHandshake();
        done.complete(socket);
      } catch (IOException e) {
        done.completeExceptionally(e);
      }
    });
    return done;
  }

  private static String asks(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    BufferedReader answer =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    StringBuilder head = new StringBuilder();
    String line = answer.readLine();
    while (line != null && !line.isEmpty()) {
      head.append(line).append('\n');
      line = answer.readLine();
    }
    return head.toString();
  }

  @Test
  void whoIsConnectedIsServedWhileHandshakesWaitForTheirTurn() throws Exception {
    SSLSocket connected = connect();
    connected.startHandshake();
    assertThat(asks(connected)).contains("204");
    HandshakeTurns.Turn one = turns.take(false);
    HandshakeTurns.Turn two = turns.take(false);

    List<CompletableFuture<SSLSocket>> coming = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      coming.add(shakesHands());
    }
    SOON.isTrue("all of them wait", () -> turns.waiting() == 20);
    assertThat(asks(connected)).contains("204");
    assertThat(coming).noneMatch(CompletableFuture::isDone);

    one.end();
    for (CompletableFuture<SSLSocket> client : coming) {
      assertThat(asks(get(client))).contains("204");
    }
    two.end();
    assertThat(turns.waiting()).isZero();
  }

  @Test
  void whoSaysHelloAndNothingMoreTakesNoTurnFromOthers() throws Exception {
    List<SSLSocket> halves = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      halves.add(connect());
    }
    for (SSLSocket half : halves) {
      Thread.startVirtualThread(() -> {
        try {
          half.setSoTimeout(1);
          half.startHandshake();
        } catch (IOException _) {
          // it has said hello, and reads no answer
        }
      });
    }
    assertThat(asks(get(shakesHands()))).contains("204");
    SOON.isTrue("every turn is free again", this::bothTurnsAreFree);
  }

  private boolean bothTurnsAreFree() {
    if (turns.waiting() > 0) {
      return false;
    }
    HandshakeTurns.Turn one = turns.take(false);
    HandshakeTurns.Turn two = turns.take(false);
    one.end();
    two.end();
    return true;
  }

  private static SSLSocket get(CompletableFuture<SSLSocket> client)
      throws InterruptedException, ExecutionException {
    try {
      return client.get(60, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("no handshake within 60 s", e);
    }
  }
}
