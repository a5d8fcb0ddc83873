package dev.pullcord.server.githost.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.Pem;
import dev.pullcord.base.tls.SelfSigned;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.git.remote.RemoteTransports;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.git.remote.access.RemoteLogin;
import dev.pullcord.git.remote.access.RemoteUrl;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.testkit.ConnectProxy;
import dev.pullcord.testkit.GitHttpUpstream;
import dev.pullcord.testkit.GitHttpUpstream.Trouble;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies between the server and a git host: client certificates, proxies, silence. */
@SuppressWarnings("NullAway.Init")
class UpstreamNetworkTest {
  private static final Instant BEGIN = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("2090-01-01T00:00:00Z");

  @TempDir Path directory;
  private final CertifiedKey client = CertifiedKey.generate(SelfSigned.client("mirror"));
  private RepositoryStore store;
  private GitHttpUpstream host;

  @BeforeEach
  void serve() throws Exception {
    TempGitRemote remote = TempGitRemote.create(directory.resolve("root"));
    remote.push(Map.of("a", "1"), "one");
    store = RepositoryStore.create(directory.resolve("repositories"), "fleet");
    CertifiedKey key =
        CertifiedKey.generate(
            new SelfSigned("git host", List.of("127.0.0.1", "localhost"), BEGIN, END));
    file("ca.pem", Pem.of(key.certificate()));
    file("client.pem", Pem.of(client.certificate()));
    file("client.key", Pem.of(client.privateKey()));
    file("password", "geheim");
    KeyStore known = KeyStore.getInstance("PKCS12");
    known.load(null, null);
    known.setCertificateEntry("client", client.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(known);
    host =
        new GitHttpUpstream(
            directory.resolve("root"),
            TlsContexts.showing(key, trust.getTrustManagers()[0]),
            "geheim");
  }

  @AfterEach
  void close() {
    host.close();
    store.close();
  }

  private void file(String name, String content) throws IOException {
    Files.writeString(directory.resolve(name), content + "\n");
  }

  private UpstreamRepository upstream(boolean certificate, Map<String, String> environment) {
    return upstream(host.url("remote.git"), certificate, environment, System::nanoTime);
  }

  private UpstreamRepository upstream(
      String url, boolean certificate, Map<String, String> environment, LongSupplier nanos) {
    RemoteAccess access =
        new RemoteAccess(
            new RemoteUrl(url),
            new RemoteLogin(
                GitHttpUpstream.USER,
                directory.resolve("password"),
                certificate ? directory.resolve("client.pem") : null,
                certificate ? directory.resolve("client.key") : null,
                null),
            directory.resolve("ca.pem"),
            "upstream");
    return new UpstreamRepository(
        new RemoteTransports(access, environment, Patience.ofSeconds(1, nanos)), store);
  }

  private static RemoteFault fault(UpstreamRepository upstream) {
    RemoteFault fault =
        catchThrowableOfType(RemoteFault.class, () -> upstream.fetch((names, _) -> names));
    assertThat(fault).isNotNull();
    return fault;
  }

  @Test
  void showsAClientCertificateAndIsRefusedWithoutOne() throws Exception {
    host.wantCertificates();
    assertThat(upstream(true, Map.of()).fetch((names, _) -> names).refs()).hasSize(1);
    for (int i = 0; i < 20; i++) { // the alert may be lost, and its reason not
      RemoteFault fault = fault(upstream(false, Map.of()));
      assertThat(fault.kind()).isEqualTo(RemoteFault.Kind.REFUSED);
      assertThat(fault)
          .hasMessage(
              "UPSTREAM_CREDENTIALS  "
                  + host.url("remote.git")
                  + " wants a client certificate, and none is set; see"
                  + " upstream.credentials.certificate-file");
    }
    CertifiedKey stranger = CertifiedKey.generate(SelfSigned.client("stranger"));
    file("client.pem", Pem.of(stranger.certificate()));
    file("client.key", Pem.of(stranger.privateKey()));
    assertThat(fault(upstream(true, Map.of())))
        .hasMessageContaining(" does not accept the client certificate; see ");
  }

  /** By a clock on which each byte takes five seconds. */
  @Test
  void givesUpAHostThatSendsAByteNowAndThenAndGoesOnWhenItIsQuick() throws Exception {
    UpstreamRepository slow =
        upstream(host.url("remote.git"), false, Map.of(), Patience.slowClock());
    host.trouble(Trouble.TRICKLES);
    slow(fault(slow));
    host.trouble(Trouble.NONE);
    assertThat(upstream(false, Map.of()).fetch((names, _) -> names).refs()).hasSize(1);
  }

  @Test
  void givesUpAHostWhoseGreetingComesByTheByte() throws Exception {
    try (SlowGreeting greeting = new SlowGreeting()) {
      String url = "https://127.0.0.1:" + greeting.port() + "/remote.git";
      slow(fault(upstream(url, false, Map.of(), Patience.slowClock())));
    }
  }

  private static void slow(RemoteFault fault) {
    assertThat(fault.kind()).isEqualTo(RemoteFault.Kind.UNREACHABLE);
    assertThat(fault)
        .hasMessageStartingWith("UPSTREAM_SLOW  https://")
        .hasMessageContaining("and at least 65536 are expected");
  }

  @Test
  void goesThroughTheProxyUnlessTheHostIsExcepted() throws Exception {
    try (ConnectProxy proxy = new ConnectProxy()) {
      Map<String, String> with = Map.of("HTTPS_PROXY", "http://127.0.0.1:" + proxy.port());
      assertThat(upstream(false, with).fetch((names, _) -> names).refs()).hasSize(1);
      assertThat(proxy.asked())
          .isNotEmpty()
          .allMatch(line -> line.startsWith("CONNECT 127.0.0.1:" + host.port() + " "));
      int before = proxy.asked().size();
      Map<String, String> without =
          Map.of("https_proxy", "127.0.0.1:" + proxy.port(), "NO_PROXY", "127.0.0.1");
      assertThat(upstream(false, without).fetch((names, _) -> names).refs()).hasSize(1);
      assertThat(proxy.asked()).hasSize(before);
    }
  }

  @Test
  void givesUpAHostThatSaysNothingAndGoesOnWhenItDoes() throws Exception {
    UpstreamRepository upstream = upstream(false, Map.of());
    host.trouble(Trouble.HANGS);
    RemoteFault fault = fault(upstream);
    assertThat(fault).hasMessageStartingWith("UPSTREAM_UNREACHABLE  ");
    assertThat(fault.kind()).isEqualTo(RemoteFault.Kind.UNREACHABLE);
    host.trouble(Trouble.NONE);
    assertThat(upstream.fetch((names, _) -> names).refs()).hasSize(1);
  }

  /** Begins a record of TLS that it never ends. */
  private static final class SlowGreeting implements AutoCloseable {
    private static final byte[] RECORD = {22, 3, 3, 64, 0};

    private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    SlowGreeting() throws IOException {
      threads.execute(this::accept);
    }

    int port() {
      return socket.getLocalPort();
    }

    private void accept() {
      while (!socket.isClosed()) {
        try (Socket from = socket.accept()) {
          from.setTcpNoDelay(true);
          from.getOutputStream().write(RECORD);
          while (true) {
            from.getOutputStream().write(0);
            LockSupport.parkNanos(1_000_000);
          }
        } catch (IOException _) {
          // It has gone.
        }
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
      threads.shutdownNow();
    }
  }
}
