package dev.pullcord.server.githost.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.base.tls.Pem;
import dev.pullcord.git.remote.RemoteTransports;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.git.remote.access.RemoteLogin;
import dev.pullcord.git.remote.access.RemoteUrl;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.testkit.GitHttpUpstream;
import dev.pullcord.testkit.GitHttpUpstream.Trouble;
import dev.pullcord.testkit.TempGitRemote;
import dev.pullcord.testkit.TestTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code git http-backend} behind HTTPS with a certificate of its own and a password. */
@SuppressWarnings("NullAway.Init")
class HttpsUpstreamTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path directory;
  private TempGitRemote remote;
  private RepositoryStore store;
  private GitHttpUpstream host;

  @BeforeEach
  void serve() throws Exception {
    remote = TempGitRemote.create(directory.resolve("root"));
    store = RepositoryStore.create(directory.resolve("repositories"), "fleet");
    TestTls tls = TestTls.make(directory.resolve("key.p12"));
    Files.writeString(directory.resolve("ca.pem"), Pem.of(tls.certificate()));
    Files.writeString(directory.resolve("password"), "geheim\n");
    host = new GitHttpUpstream(directory.resolve("root"), tls.context(), "geheim");
  }

  @AfterEach
  void close() {
    host.close();
    store.close();
  }

  private UpstreamRepository upstream(String path, String ca) {
    RemoteAccess access =
        new RemoteAccess(
            new RemoteUrl(host.url(path)),
            new RemoteLogin(GitHttpUpstream.USER, directory.resolve("password"), null, null, null),
            directory.resolve(ca),
            "upstream");
    return new UpstreamRepository(
        new RemoteTransports(
            access, Map.of(), RemoteTransports.Times.usual(() -> NOW, System::nanoTime)),
        store);
  }

  private static RemoteFault fault(UpstreamRepository upstream) {
    RemoteFault fault =
        catchThrowableOfType(RemoteFault.class, () -> upstream.fetch((names, _) -> names));
    assertThat(fault).isNotNull();
    assertThat(fault.getMessage()).doesNotContain("geheim");
    return fault;
  }

  @Test
  void fetchesOncePerChangeAndOnlyLooksOtherwise() throws Exception {
    String first = remote.push(Map.of("a", "1"), "one");
    UpstreamRepository upstream = upstream("remote.git", "ca.pem");
    UpstreamRepository.Fetched fetched = upstream.fetch((names, _) -> names);
    assertThat(fetched.refs()).containsEntry("refs/heads/main", new CommitId(first));
    assertThat(fetched.head()).isEqualTo("main");
    assertThat(store.heads()).isEmpty(); // what becomes of it is not decided here
    assertThat(host.packs()).isEqualTo(1);
    for (int i = 0; i < 3; i++) {
      upstream.fetch((names, _) -> names);
    }
    assertThat(host.packs()).isEqualTo(1);
    String second = remote.push(Map.of("a", "2"), "two");
    assertThat(upstream.fetch((names, _) -> names).refs())
        .containsEntry("refs/heads/main", new CommitId(second));
    assertThat(host.packs()).isEqualTo(2);
  }

  @Test
  void saysThatTheCredentialsAreRefused() {
    host.password("another");
    RemoteFault fault = fault(upstream("remote.git", "ca.pem"));
    assertThat(fault.kind()).isEqualTo(RemoteFault.Kind.REFUSED);
    assertThat(fault).hasMessageStartingWith("UPSTREAM_CREDENTIALS  " + host.url("remote.git"));
  }

  @Test
  void readsANewPasswordWithoutARestart() throws Exception {
    remote.push(Map.of("a", "1"), "one");
    UpstreamRepository upstream = upstream("remote.git", "ca.pem");
    host.password("another");
    fault(upstream);
    Files.writeString(directory.resolve("password"), "another\n");
    assertThat(upstream.fetch((names, _) -> names).refs()).hasSize(1);
  }

  @Test
  void saysThatTheCertificateIsNotTheOneThatIsTrusted() throws Exception {
    TestTls other = TestTls.make(directory.resolve("other.p12"));
    Files.writeString(directory.resolve("other.pem"), Pem.of(other.certificate()));
    RemoteFault fault = fault(upstream("remote.git", "other.pem"));
    assertThat(fault.kind()).isEqualTo(RemoteFault.Kind.REFUSED);
    assertThat(fault).hasMessageStartingWith("UPSTREAM_CERTIFICATE  ");
  }

  @Test
  void saysThatThereIsNoRepositoryAndNobodyThere() {
    assertThat(fault(upstream("gone.git", "ca.pem"))).hasMessageStartingWith("UPSTREAM_GONE  ");
    UpstreamRepository upstream = upstream("remote.git", "ca.pem");
    host.close();
    RemoteFault fault = fault(upstream);
    assertThat(fault.kind()).isEqualTo(RemoteFault.Kind.UNREACHABLE);
    assertThat(fault).hasMessageStartingWith("UPSTREAM_UNREACHABLE  ");
  }

  @Test
  void hearsHowLongItIsToWaitAndWhereTheRepositoryWentButDoesNotFollow() {
    host.trouble(Trouble.BUSY);
    assertThat(fault(upstream("remote.git", "ca.pem")).retryAfter()).hasSeconds(120);
    host.trouble(Trouble.MOVED);
    int before = host.requests();
    assertThat(fault(upstream("remote.git", "ca.pem")))
        .hasMessageStartingWith("UPSTREAM_MOVED  ")
        .hasMessageContaining("https://elsewhere.example/new.git;")
        .hasMessageNotContaining("u:p");
    assertThat(host.requests()).isEqualTo(before + 1);
  }

  @Test
  void aFetchThatBreaksInTheMiddleLeavesNothingAndTheNextOneWorks() throws Exception {
    String first = remote.push(Map.of("a", "1".repeat(100_000)), "one");
    UpstreamRepository upstream = upstream("remote.git", "ca.pem");
    host.trouble(Trouble.HALF_A_PACK);
    fault(upstream);
    assertThat(store.refs("refs/")).isEmpty();
    host.trouble(Trouble.NONE);
    assertThat(upstream.fetch((names, _) -> names).refs())
        .containsEntry("refs/heads/main", new CommitId(first));
    // Beside them JGit makes a lock, in the background, and takes it away.
    Path objects = directory.resolve("repositories/fleet.git/objects");
    try (var files = Files.walk(objects)) {
      assertThat(files.filter(f -> f.getFileName().toString().startsWith("incoming_"))).isEmpty();
    }
  }
}
