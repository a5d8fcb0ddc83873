package dev.pullcord.client.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.base.http.NetworkFailure;
import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.base.tls.TlsContexts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NativeTlsTest {
  private static final int HELLO_MAX_BYTES = 4096;

  private final PinnedTrust trust = new PinnedTrust("ab".repeat(32));

  @Test
  void theLibraryIsThereSoThatTestsOfTheClientAreOfIt() {
    assertThat(NativeTls.client(trust).getProvider().getName()).isEqualTo("Conscrypt");
  }

  /** What may come instead of a server's hello: no TLS at all, nothing, and RFC 8446's alerts. */
  static List<byte[]> wrongAnswers() {
    return List.of(
        "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII),
        new byte[0],
        alert(40), // handshake_failure
        alert(70), // protocol_version
        alert(112)); // unrecognized_name
  }

  private static byte[] alert(int description) {
    return new byte[] {21, 3, 3, 0, 2, 2, (byte) description};
  }

  @ParameterizedTest
  @MethodSource("wrongAnswers")
  void saysTheSameOfAWrongAnswerAsJavasOwn(byte[] answer) throws IOException {
    IOException here = refused(NativeTls.client(trust), answer);
    IOException javas = refused(TlsContexts.client(trust), answer);

    assertThat(NetworkFailure.reason(here)).isEqualTo(NetworkFailure.reason(javas));
    // By its class a change is asked of the next server, or not.
    assertThat(here).hasSameClassAs(javas);
  }

  private static IOException refused(SSLContext client, byte[] answer) throws IOException {
    try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> answer(port, answer));
      IOException refused =
          catchThrowableOfType(
              IOException.class,
              () -> {
                try (SSLSocket socket =
                    (SSLSocket)
                        client
                            .getSocketFactory()
                            .createSocket(port.getInetAddress(), port.getLocalPort())) {
                  socket.setSoTimeout(60_000);
                  socket.startHandshake();
                }
              });
      answered.join();
      return refused;
    }
  }

  /** Answers a client's hello, and waits until it has gone: a reset would hide the answer. */
  private static void answer(ServerSocket port, byte[] answer) {
    try (Socket socket = port.accept()) {
      byte[] read = new byte[HELLO_MAX_BYTES];
      socket.getInputStream().read(read);
      socket.getOutputStream().write(answer);
      socket.shutdownOutput();
      while (socket.getInputStream().read(read) >= 0) {
        // what else the client says
      }
    } catch (IOException e) {
      // The client has gone; what it throws is looked at.
    }
  }
}
