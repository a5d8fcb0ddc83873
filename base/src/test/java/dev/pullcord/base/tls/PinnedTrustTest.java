package dev.pullcord.base.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

class PinnedTrustTest {
  private final CertifiedKey server =
      CertifiedKey.generate(
          new SelfSigned("a server", List.of("nobody.example"), Instant.EPOCH, Instant.EPOCH));
  private final CertifiedKey node = CertifiedKey.generate(SelfSigned.client("a node"));
  private final AtomicReference<String> seen = new AtomicReference<>();

  @Test
  void takesTheServerWithThatKeyThoughItsNameAndItsDatesAreWrong() throws Exception {
    shakeHands(TlsContexts.showing(node, new PinnedTrust(server.pin())));

    assertThat(seen.get()).isEqualTo(node.pin());
  }

  @Test
  void showsAServerWithAnotherKeyNothing() {
    PinnedTrust trust = new PinnedTrust("ab".repeat(32));

    assertThatThrownBy(() -> shakeHands(TlsContexts.showing(node, trust)))
        .isInstanceOf(IOException.class)
        .satisfies(e -> {
          WrongKeyException wrong = WrongKeyException.in(e).orElseThrow();
          assertThat(wrong.expected()).isEqualTo("ab".repeat(32));
          assertThat(wrong.shown()).isEqualTo(server.pin());
        });
    assertThat(seen.get()).isNull();
  }

  @Test
  void otherFailuresAreNotTakenForAWrongKey() {
    assertThat(WrongKeyException.in(new IOException("x", new IOException("y")))).isEmpty();
  }

  @Test
  void takesNoClient() {
    X509Certificate[] shown = {node.certificate()};
    PinnedTrust trust = new PinnedTrust(node.pin());

    assertThatThrownBy(() -> trust.checkClientTrusted(shown, "EC"))
        .hasMessage("this side is no server");
    assertThatThrownBy(() -> new AnyClient().checkServerTrusted(shown, "EC"))
        .hasMessage("this side connects to no server");
  }

  private void shakeHands(SSLContext client) throws Exception {
    SSLContext context = TlsContexts.showing(server, new AnyClient());
    try (SSLServerSocket listening =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      listening.setNeedClientAuth(true);
      CompletableFuture<Void> served = CompletableFuture.runAsync(() -> answer(listening));
      try (SSLSocket socket =
          (SSLSocket)
              client
                  .getSocketFactory()
                  .createSocket(InetAddress.getLoopbackAddress(), listening.getLocalPort())) {
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        assertThat(socket.getInputStream().read()).isEqualTo('!');
      } finally {
        served.handle((_, _) -> null).join();
      }
    }
  }

  private static void answer(SSLServerSocket listening) {
    try (SSLSocket socket = (SSLSocket) listening.accept()) {
      socket.setSoTimeout(10_000);
      socket.startHandshake();
      socket.getOutputStream().write('!');
    } catch (IOException e) {
      // The client's side says what was wrong.
    }
  }

  private final class AnyClient extends KeyTrust {
    @Override
    protected void client(X509Certificate shown) {
      seen.set(KeyPin.of(shown));
    }
  }
}
