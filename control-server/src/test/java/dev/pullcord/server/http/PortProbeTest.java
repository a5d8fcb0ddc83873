package dev.pullcord.server.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A port that closes each connection, as one does that has no place for it. */
class PortProbeTest {
  private static final Duration LIMIT = Duration.ofMillis(200);
  private static final CertifiedKey KEY = CertifiedKey.generate(SelfSigned.client("a port"));

  private ServerSocket port;

  @BeforeEach
  void open() throws IOException {
    port = new ServerSocket();
    port.bind(new InetSocketAddress("127.0.0.1", 0));
    Thread.startVirtualThread(() -> {
      try {
        while (true) {
          try (Socket refused = port.accept()) {
            refused.setSoLinger(true, 0);
          }
        }
      } catch (IOException _) {
        // the test is over
      }
    });
  }

  @AfterEach
  void close() throws IOException {
    port.close();
  }

  private PortProbe probe(LongSupplier progress) {
    return new PortProbe(new InetSocketAddress("127.0.0.1", port.getLocalPort()), KEY, progress);
  }

  @Test
  void aPortThatComputesTheHandshakesOfOthersIsNotStuck() {
    AtomicLong steps = new AtomicLong();
    assertThatCode(() -> probe(steps::getAndIncrement).run(LIMIT)).doesNotThrowAnyException();
  }

  @Test
  void aPortThatRefusesAndDoesNothingElseIsStuck() {
    assertThatThrownBy(() -> probe(() -> 7).run(LIMIT)).isInstanceOf(IOException.class);
  }

  @Test
  void whoTakesAConnectionHasToAnswerWhateverGoesOnBeside() throws IOException {
    AtomicLong steps = new AtomicLong();
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = new InetSocketAddress("127.0.0.1", silent.getLocalPort());
      PortProbe probe = new PortProbe(address, null, steps::getAndIncrement);
      assertThatThrownBy(() -> probe.run(LIMIT)).isInstanceOf(IOException.class);
    }
  }
}
