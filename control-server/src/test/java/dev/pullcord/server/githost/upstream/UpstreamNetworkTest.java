package dev.pullcord.server.githost.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.Pem;
import dev.pullcord.base.tls.SelfSigned;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.git.remote.RemoteAccess;
import dev.pullcord.git.remote.RemoteFault;
import dev.pullcord.git.remote.RemoteLogin;
import dev.pullcord.git.remote.RemoteTransports;
import dev.pullcord.git.remote.RemoteUrl;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.testkit.GitHttpUpstream;
import dev.pullcord.testkit.GitHttpUpstream.Trouble;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    RemoteAccess access =
        new RemoteAccess(
            new RemoteUrl(host.url("remote.git")),
            new RemoteLogin(
                GitHttpUpstream.USER,
                directory.resolve("password"),
                certificate ? directory.resolve("client.pem") : null,
                certificate ? directory.resolve("client.key") : null,
                null),
            directory.resolve("ca.pem"),
            "upstream");
    return new UpstreamRepository(
        new RemoteTransports(access, environment, () -> Instant.EPOCH, Duration.ofSeconds(1)),
        store);
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
    // With TLS 1.3 the refusal comes after the handshake, and a write that fails may be first.
    assertThat(fault(upstream(false, Map.of())).getMessage())
        .containsAnyOf(
            "wants another client certificate; see upstream.credentials.certificate-file",
            "Error writing to server");
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

  /** A proxy that tunnels, and remembers where to. */
  private static final class ConnectProxy implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    ConnectProxy() throws IOException {
      threads.execute(this::accept);
    }

    int port() {
      return socket.getLocalPort();
    }

    List<String> asked() {
      return asked;
    }

    private void accept() {
      while (!socket.isClosed()) {
        try {
          Socket from = socket.accept();
          threads.execute(() -> tunnel(from));
        } catch (IOException _) {
          return; // the test has ended
        }
      }
    }

    private void tunnel(Socket from) {
      try (from) {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
          head.append((char) from.getInputStream().read());
        }
        asked.add(head.substring(0, head.indexOf("\r\n")));
        String target = head.substring(head.indexOf(":") + 1, head.indexOf(" HTTP"));
        try (Socket to = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(target))) {
          from.getOutputStream()
              .write("HTTP/1.1 200 tunnel\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          threads.execute(() -> copy(from, to));
          copy(to, from);
        }
      } catch (IOException _) {
        // One of the two has gone.
      }
    }

    private static void copy(Socket from, Socket to) {
      try (InputStream in = from.getInputStream()) {
        in.transferTo(to.getOutputStream());
      } catch (IOException _) {
        // One of the two has gone.
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
      threads.shutdownNow();
    }
  }
}
