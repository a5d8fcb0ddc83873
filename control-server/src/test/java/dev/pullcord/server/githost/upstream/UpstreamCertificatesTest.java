package dev.pullcord.server.githost.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.git.remote.RemoteTransports;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.git.remote.access.RemoteUrl;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.testkit.Needs;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Certificates that a real TLS server shows. What is wrong with each is said in plain words, with
 * the way out, and never in those of a library.
 */
class UpstreamCertificatesTest {
  private static final String SETTINGS =
      """
      [ca]
      default_ca = authority
      [authority]
      database = index
      rand_serial = yes
      new_certs_dir = .
      default_md = sha256
      policy = any
      unique_subject = no
      copy_extensions = copy
      [any]
      commonName = supplied
      """;

  private static final String UNTRUSTED =
      "is from no authority that is trusted here; if the host is right, put that authority (or the"
          + " certificate itself, if it is self-signed) into a file and name it with"
          + " upstream.ca-file";

  @TempDir static Path directory;

  @BeforeAll
  static void makeCertificates() throws Exception {
    Needs.tool("openssl");
    Files.writeString(directory.resolve("settings"), SETTINGS);
    Files.writeString(directory.resolve("index"), "");
    authority("ca");
    authority("stranger");
    request("host", "IP:127.0.0.1");
    request("elsewhere", "DNS:git.example");
    sign("good", "host", "ca", "-days 2");
    sign("old", "host", "ca", "-startdate 20200101000000Z -enddate 20210101000000Z");
    sign("young", "host", "ca", "-startdate 20900101000000Z -enddate 20910101000000Z");
    sign("elsewhere", "elsewhere", "ca", "-days 2");
    sign("strangers", "host", "stranger", "-days 2");
    openssl(
        "req -x509 -key host.key -days 2 -subj /CN=self -addext subjectAltName=IP:127.0.0.1"
            + " -out self.pem");
  }

  private static void authority(String name) throws Exception {
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=%1$s"
                .formatted(name)
            + " -addext basicConstraints=critical,CA:TRUE -keyout %1$s.key -out %1$s.pem"
                .formatted(name));
  }

  private static void request(String name, String host) throws Exception {
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=%1$s -keyout %1$s.key"
                .formatted(name)
            + " -addext subjectAltName=%2$s -out %1$s.csr".formatted(name, host));
  }

  private static void sign(String name, String request, String authority, String dates)
      throws Exception {
    openssl(
        "ca -batch -notext -config settings -cert %3$s.pem -keyfile %3$s.key -in %2$s.csr -out"
                .formatted(name, request, authority)
            + " %s.pem %s".formatted(name, dates));
  }

  private static void openssl(String words) throws Exception {
    Process process = start("openssl " + words);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static Process start(String words) throws IOException {
    return new ProcessBuilder(List.of(words.split(" ")))
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .start();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          old       | host      | has expired; the host needs a new one
          young     | host      | is not valid yet; is the clock of this machine right?
          elsewhere | elsewhere | is for another name; use a name that the certificate has
          strangers | host      | UNTRUSTED
          self      | host      | UNTRUSTED
          """)
  void eachTroubleWithACertificateHasWords(String certificate, String key, String words)
      throws Exception {
    try (TlsServer server = new TlsServer("-cert %s.pem -key %s.key".formatted(certificate, key))) {
      RemoteFault fault = fault(server.url);
      assertThat(fault)
          .hasMessage(
              "UPSTREAM_CERTIFICATE  "
                  + server.url
                  + ": its certificate "
                  + (words.equals("UNTRUSTED") ? UNTRUSTED : words));
      assertThat(fault.kind()).isEqualTo(RemoteFault.Kind.REFUSED);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -tls1_1                    | no version of TLS that this machine offers; 1.2 or 1.3
          -tls1_2 -cipher AES128-SHA | no version or cipher of TLS that this machine offers
          """)
  void aHandshakeThatTheHostRefusesHasWords(String how, String words) throws Exception {
    try (TlsServer server = new TlsServer("-cert good.pem -key host.key " + how)) {
      assertThat(fault(server.url))
          .hasMessageStartingWith(
              "UPSTREAM_UNREACHABLE  " + server.url + ": TLS failed: it takes " + words);
    }
  }

  @Test
  void aHostThatIsNoGitHostAndAPortWithoutTlsHaveWordsToo() throws Exception {
    try (TlsServer server = new TlsServer("-cert good.pem -key host.key")) {
      assertThat(fault(server.url))
          .hasMessage(
              "UPSTREAM_GONE  "
                  + server.url
                  + " answers, and not as a git repository (smart HTTP) does; see upstream.url");
    }
    // The socket is closed first, which ends the thread.
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ServerSocket plain = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      var _ = threads.submit(() -> answerPlainly(plain));
      assertThat(fault("https://127.0.0.1:" + plain.getLocalPort() + "/fleet.git"))
          .hasMessageEndingWith(
              ": TLS failed: what listens there speaks no TLS; is the port right?");
    }
  }

  private static boolean answerPlainly(ServerSocket plain) throws IOException {
    while (true) {
      try (Socket from = plain.accept()) {
        from.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
        from.getInputStream().read();
      }
    }
  }

  private static RemoteFault fault(String url) throws Exception {
    RemoteAccess access =
        new RemoteAccess(new RemoteUrl(url), null, directory.resolve("ca.pem"), "upstream");
    try (RepositoryStore store =
        RepositoryStore.create(Files.createTempDirectory(directory, "store"), "fleet")) {
      UpstreamRepository upstream =
          new UpstreamRepository(
              new RemoteTransports(access, Map.of(), Patience.ofSeconds(20, System::nanoTime)),
              store);
      RemoteFault fault =
          catchThrowableOfType(RemoteFault.class, () -> upstream.fetch((names, _) -> names));
      assertThat(fault).isNotNull();
      return fault;
    }
  }

  /** {@code openssl s_server}: it shows what it is told to. */
  private static final class TlsServer implements AutoCloseable {
    private final Process process;
    private final String url;

    TlsServer(String words) throws IOException {
      process =
          start("openssl s_server -accept 127.0.0.1:0 -www -cipher DEFAULT@SECLEVEL=0 " + words);
      BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
      List<String> lines = new ArrayList<>();
      String line = said.readLine();
      while (line != null && !line.startsWith("ACCEPT ")) {
        lines.add(line);
        line = said.readLine();
      }
      assertThat(line).as(String.join("\n", lines)).isNotNull();
      url = "https://" + String.valueOf(line).substring("ACCEPT ".length()) + "/fleet.git";
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }
}
