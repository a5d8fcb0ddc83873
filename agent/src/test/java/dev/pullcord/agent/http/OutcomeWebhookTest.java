package dev.pullcord.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.OutcomeWebhook.Untaken;
import dev.pullcord.base.tls.Authorities;
import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.Pem;
import dev.pullcord.base.tls.SelfSigned;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.git.remote.access.ProxyChoice;
import dev.pullcord.testkit.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A receiver whose certificate is from an authority of its own. */
@SuppressWarnings("NullAway.Init")
class OutcomeWebhookTest {
  @TempDir Path home;
  private final AtomicInteger taken = new AtomicInteger();
  private HttpsServer receiver;
  private TestTls tls;

  @BeforeEach
  void begin() throws Exception {
    tls = TestTls.make(home.resolve("key.p12"));
    listen(tls.context());
    Files.writeString(home.resolve("secret"), "geheim\n");
    Files.writeString(home.resolve("ca.pem"), Pem.of(tls.certificate()));
  }

  private void listen(SSLContext shown) throws IOException {
    receiver = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.setHttpsConfigurator(new HttpsConfigurator(shown));
    receiver.createContext(
        "/",
        exchange -> {
          taken.incrementAndGet();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
  }

  @AfterEach
  void end() {
    receiver.stop(0);
  }

  private Optional<Untaken> send(@Nullable String authorities) {
    return new OutcomeWebhook(
            URI.create("https://127.0.0.1:" + receiver.getAddress().getPort() + "/hook"),
            files(authorities),
            HostClock.system(),
            new ProxyChoice(Map.of()))
        .send("msg_1", "{}");
  }

  private OutcomeWebhook.Files files(@Nullable String authorities) {
    return new OutcomeWebhook.Files(
        home.resolve("secret"), authorities == null ? null : home.resolve(authorities));
  }

  private String reason(@Nullable String authorities) {
    int before = taken.get();
    String reason = send(authorities).orElseThrow().reason();
    assertThat(taken).hasValue(before);
    return reason;
  }

  @Test
  void isTrustedByTheFileAndNotWithoutIt() {
    assertThat(reason(null))
        .contains("is from no authority that is trusted here")
        .endsWith("name it with notify.ca-file");
    assertThat(send("ca.pem")).isEmpty();
    assertThat(taken).hasValue(1);
  }

  @Test
  void isNotTrustedForAnotherName() throws Exception {
    CertifiedKey other =
        CertifiedKey.generate(
            new SelfSigned(
                "host",
                List.of("chat.example"),
                Instant.parse("2020-01-01T00:00:00Z"),
                Instant.parse("2090-01-01T00:00:00Z")));
    Path authorities = Files.writeString(home.resolve("other.pem"), Pem.of(other.certificate()));
    receiver.stop(0);
    listen(TlsContexts.showing(other, Authorities.trust(authorities)));
    assertThat(reason("other.pem"))
        .endsWith(
            "/hook: its certificate is for another name; use a name that the certificate has");
  }

  @Test
  void aFileOfNoUseIsNamedAndAGoodOneNeedsNoRestart() throws Exception {
    OutcomeWebhook.Files files = files("mended.pem");
    String missing = "UPSTREAM_FILE  notify.ca-file: " + home.resolve("mended.pem");
    assertThat(files.trouble()).contains(missing + ": it is not there");
    assertThat(reason("mended.pem")).isEqualTo(missing + ": it is not there");
    Files.writeString(home.resolve("mended.pem"), "no certificate\n");
    assertThat(files.trouble().orElseThrow()).startsWith(missing + " is no use: ");
    Files.copy(
        home.resolve("ca.pem"),
        home.resolve("mended.pem"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(files.trouble()).isEmpty();
    assertThat(send("mended.pem")).isEmpty();
    Files.writeString(home.resolve("secret"), "");
    assertThat(files.trouble().orElseThrow()).startsWith("UPSTREAM_FILE  notify.secret-file: ");
  }
}
