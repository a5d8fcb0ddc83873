package dev.pullcord.server.githost.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.base.tls.Pem;
import dev.pullcord.git.remote.RemoteTransports;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.git.remote.access.RemoteLogin;
import dev.pullcord.git.remote.access.RemoteUrl;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.testkit.GitHttpUpstream;
import dev.pullcord.testkit.GitSshUpstream;
import dev.pullcord.testkit.TempGitRemote;
import dev.pullcord.testkit.TestTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Repositories with SHA-256 ids, with a commit and without, by each way to an upstream. */
@SuppressWarnings("NullAway.Init")
class Sha256UpstreamTest {
  @TempDir Path directory;
  private TempGitRemote git;
  private RepositoryStore store;

  @BeforeEach
  void create() throws Exception {
    git = TempGitRemote.create(directory.resolve("root"));
    store = RepositoryStore.create(directory.resolve("repositories"), "fleet");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void overHttps(boolean filled) throws Exception {
    TestTls tls = TestTls.make(directory.resolve("key.p12"));
    Path ca = Files.writeString(directory.resolve("ca.pem"), Pem.of(tls.certificate()));
    Path password = Files.writeString(directory.resolve("password"), "geheim\n");
    try (GitHttpUpstream host =
        new GitHttpUpstream(directory.resolve("root"), tls.context(), "geheim")) {
      refused(
          host.url(git.sha256(filled)),
          new RemoteLogin(GitHttpUpstream.USER, password, null, null, null),
          ca);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void overSsh(boolean filled) throws Exception {
    try (GitSshUpstream host =
        new GitSshUpstream(directory.resolve("ssh"), directory.resolve("root"))) {
      Path known = Files.writeString(directory.resolve("known"), host.knownHosts() + "\n");
      refused(
          host.url(git.sha256(filled)),
          new RemoteLogin("pullcord", null, null, host.keyFile(), known),
          null);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void byItsFolder(boolean filled) {
    refused("file://" + directory.resolve("root").resolve(git.sha256(filled)), null, null);
  }

  private void refused(String url, @Nullable RemoteLogin login, @Nullable Path ca) {
    RemoteAccess access = new RemoteAccess(new RemoteUrl(url), login, ca, "upstream");
    UpstreamRepository upstream =
        new UpstreamRepository(
            new RemoteTransports(access, Map.of(), Patience.ofSeconds(20, System::nanoTime)),
            store);
    RemoteFault fault =
        catchThrowableOfType(RemoteFault.class, () -> upstream.fetch((names, _) -> names));
    assertThat(fault)
        .hasMessage(
            "UPSTREAM_SHA256  "
                + url
                + ": the repository has SHA-256 object ids, and Pullcord reads SHA-1 only;"
                + " set upstream.url to a repository with SHA-1 ids");
    assertThat(fault.kind()).isEqualTo(RemoteFault.Kind.REFUSED);
    assertThat(store.refs("refs/")).isEmpty();
  }
}
