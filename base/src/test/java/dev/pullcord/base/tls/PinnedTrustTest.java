package dev.pullcord.base.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

class PinnedTrustTest {
  private final CertifiedKey server = key();
  private final CertifiedKey next = key();
  private CertifiedKey shown = server;
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
  void learnsTheKeyThatTheServersKeyVouchesForAndKeepsBoth() throws Exception {
    shown = server.with(List.of(voucher(server, next), next.certificate()));
    PinnedTrust trust = new PinnedTrust(server.pin());
    List<PinnedTrust.Learned> learned = new ArrayList<>();
    trust.onLearned(learned::add);

    shakeHands(TlsContexts.showing(node, trust));
    shakeHands(TlsContexts.showing(node, trust));

    assertThat(trust.pins()).isEqualTo(new PinnedTrust.ServerPins(server.pin(), next.pin()));
    assertThat(learned)
        .singleElement()
        .satisfies(it -> {
          assertThat(it.before()).isEqualTo(new PinnedTrust.ServerPins(server.pin(), null));
          assertThat(it.certificates()).containsExactly(server.certificate(), next.certificate());
        });

    shown = next; // nothing beside it: only who was there before knows it
    shakeHands(TlsContexts.showing(node, trust));
    assertThat(trust.pins()).isEqualTo(new PinnedTrust.ServerPins(next.pin(), null));

    shown = server;
    assertThatThrownBy(() -> shakeHands(TlsContexts.showing(node, trust)))
        .satisfies(e -> assertThat(WrongKeyException.in(e)).isPresent());
  }

  @Test
  void keepsAllKeysThatAServerVouchesForAndGoesBackAndForthBetweenThem() throws Exception {
    CertifiedKey third = key();
    PinnedTrust trust = new PinnedTrust(server.pin());
    for (CertifiedKey key : List.of(server, third, next, server)) {
      shown =
          key.with(
              Stream.of(server, next, third)
                  .filter(other -> !other.equals(key))
                  .map(other -> voucher(key, other))
                  .toList());

      shakeHands(TlsContexts.showing(node, trust));

      assertThat(trust.pins().pin()).isEqualTo(key.pin());
      assertThat(trust.pins().all())
          .containsExactlyInAnyOrder(server.pin(), next.pin(), third.pin());
    }
  }

  @Test
  void whoWasAwayFindsTheWayOverTheKeysBetween() throws Exception {
    CertifiedKey last = key();
    shown =
        last.with(
            List.of(
                voucher(next, last),
                next.certificate(),
                voucher(server, next),
                server.certificate()));
    PinnedTrust trust = new PinnedTrust(server.pin());

    shakeHands(TlsContexts.showing(node, trust));

    assertThat(trust.pins()).isEqualTo(new PinnedTrust.ServerPins(last.pin(), null));
  }

  @Test
  void believesNobodyElsesVoucher() {
    CertifiedKey other = key();
    for (List<X509Certificate> beside :
        List.of(
            List.of(voucher(other, next), other.certificate(), server.certificate()),
            List.of(voucher(next, next), next.certificate(), server.certificate()),
            List.of(server.certificate()),
            // The other way round: the new key cannot bring the old one back.
            List.of(voucher(next, server), server.certificate()))) {
      shown = next.with(beside);
      PinnedTrust trust = new PinnedTrust(server.pin());
      assertThatThrownBy(() -> shakeHands(TlsContexts.showing(node, trust)))
          .satisfies(e -> assertThat(WrongKeyException.in(e)).isPresent());
      assertThat(trust.pins()).isEqualTo(new PinnedTrust.ServerPins(server.pin(), null));
    }
  }

  @Test
  void aCertificateThatIsNoVoucherVouchesForNobody() throws Exception {
    X509Certificate signed =
        new SelfSigned("anything", List.of(), Instant.EPOCH, Instant.EPOCH)
            .signed(server.privateKey(), "a server", next.certificate().getPublicKey());
    shown = next.with(List.of(signed, server.certificate()));

    assertThatThrownBy(() -> shakeHands(TlsContexts.showing(node, new PinnedTrust(server.pin()))))
        .satisfies(e -> assertThat(WrongKeyException.in(e)).isPresent());
  }

  private static X509Certificate voucher(CertifiedKey from, CertifiedKey to) {
    return KeySuccession.voucher(from, to.certificate().getPublicKey(), Instant.EPOCH);
  }

  private static CertifiedKey key() {
    return CertifiedKey.generate(
        new SelfSigned("a server", List.of("nobody.example"), Instant.EPOCH, Instant.EPOCH));
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
    SSLContext context = TlsContexts.showing(shown, new AnyClient());
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
        socket.setSoTimeout(60_000);
        socket.startHandshake();
        assertThat(socket.getInputStream().read()).isEqualTo('!');
      } finally {
        served.handle((_, _) -> null).join();
      }
    }
  }

  private static void answer(SSLServerSocket listening) {
    try (SSLSocket socket = (SSLSocket) listening.accept()) {
      socket.setSoTimeout(60_000);
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
