package dev.pullcord.server.githost.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.git.remote.RemoteTransports;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.git.remote.access.RemoteLogin;
import dev.pullcord.git.remote.access.RemoteUrl;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.testkit.GitSshUpstream;
import dev.pullcord.testkit.GitSshUpstream.Trouble;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.TempGitRemote;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real OpenSSH with a real git-shell, and what can be wrong with either. */
@SuppressWarnings("NullAway.Init")
class SshUpstreamTest {
  private static final String KEY = "UPSTREAM_HOST_KEY  ssh://";

  @TempDir Path directory;
  private TempGitRemote remote;
  private RepositoryStore store;
  private GitSshUpstream host;
  private Path knownHosts;

  @BeforeEach
  void serve() throws Exception {
    remote = TempGitRemote.create(directory.resolve("root"));
    store = RepositoryStore.create(directory.resolve("repositories"), "fleet");
    host = new GitSshUpstream(directory.resolve("ssh"), directory.resolve("root"));
    knownHosts = directory.resolve("known_hosts");
    Files.writeString(knownHosts, "# pinned\n" + host.knownHosts() + "\n");
  }

  @AfterEach
  void close() {
    host.close();
    store.close();
  }

  private UpstreamRepository upstream(String url, Path key) {
    RemoteAccess access =
        new RemoteAccess(
            new RemoteUrl(url),
            new RemoteLogin("pullcord", null, null, key, knownHosts),
            null,
            "upstream");
    return new UpstreamRepository(
        new RemoteTransports(access, Map.of(), Patience.ofSeconds(2, System::nanoTime)), store);
  }

  private UpstreamRepository upstream() {
    return upstream(host.url("remote.git"), host.keyFile());
  }

  private static Map<String, CommitId> refs(UpstreamRepository upstream) throws RemoteFault {
    return upstream.fetch((names, _) -> names).refs();
  }

  private static RemoteFault fault(UpstreamRepository upstream) {
    RemoteFault fault = catchThrowableOfType(RemoteFault.class, () -> refs(upstream));
    assertThat(fault).isNotNull();
    return fault;
  }

  private static String random(int characters) {
    StringBuilder text = new StringBuilder();
    new Random(7).ints(characters, 'a', 'z').forEach(c -> text.append((char) c));
    return text.toString();
  }

  private static void refused(RemoteFault fault, String begin) {
    assertThat(fault).hasMessageStartingWith(begin);
    assertThat(fault.kind()).isEqualTo(RemoteFault.Kind.REFUSED);
  }

  @Test
  void fetchesWhatWasPushedAndFollowsARewind() throws Exception {
    String first = remote.push(Map.of("a", "1"), "one");
    UpstreamRepository upstream = upstream();
    UpstreamRepository.Fetched fetched = upstream.fetch((names, _) -> names);
    assertThat(fetched.refs()).containsEntry("refs/heads/main", new CommitId(first));
    assertThat(fetched.head()).isEqualTo("main");
    String second = remote.push(Map.of("a", "2"), "two");
    assertThat(refs(upstream)).containsEntry("refs/heads/main", new CommitId(second));
    remote.git(
        "-C",
        directory.resolve("root/remote.git").toString(),
        "update-ref",
        "refs/heads/main",
        first);
    assertThat(refs(upstream)).containsEntry("refs/heads/main", new CommitId(first));
  }

  @Test
  void fetchesFromAnAddressInTheShortForm() throws Exception {
    Needs.root("only root may listen on port 22");
    String first = remote.push(Map.of("a", "1"), "one");
    try (GitSshUpstream usual =
        GitSshUpstream.onUsualPort(directory.resolve("usual"), directory.resolve("root"))) {
      Files.delete(knownHosts);
      UpstreamRepository upstream = upstream(usual.shortUrl("remote.git"), usual.keyFile());
      assertThat(fault(upstream)).hasMessageEndingWith("add this line: " + usual.knownHosts());
      Files.writeString(knownHosts, usual.knownHosts() + "\n");
      assertThat(refs(upstream)).containsEntry("refs/heads/main", new CommitId(first));
      assertThat(fault(upstream(usual.shortUrl("gone.git"), usual.keyFile())))
          .hasMessageStartingWith("UPSTREAM_GONE  ");
      String second = remote.push(Map.of("a", "2"), "two");
      assertThat(refs(upstream)).containsEntry("refs/heads/main", new CommitId(second));
    }
  }

  @Test
  void refusesAHostKeyThatIsNotPinnedWithTheLineThatPinsIt() throws Exception {
    remote.push(Map.of("a", "1"), "one");
    Files.delete(knownHosts);
    RemoteFault fault = fault(upstream());
    refused(fault, KEY);
    assertThat(fault)
        .hasMessageContaining("a key that is not in " + knownHosts)
        .hasMessageEndingWith("add this line: " + host.knownHosts());
    String message = String.valueOf(fault.getMessage());
    Files.writeString(knownHosts, message.substring(message.indexOf("line: ") + 6) + "\n");
    assertThat(refs(upstream())).hasSize(1);
  }

  @Test
  void refusesAHostWhoseKeyChanged() throws Exception {
    remote.push(Map.of("a", "1"), "one");
    UpstreamRepository upstream = upstream();
    assertThat(refs(upstream)).hasSize(1);
    host.kill();
    host.newHostKey();
    host.start();
    RemoteFault fault = fault(upstream);
    refused(fault, KEY);
    assertThat(fault)
        .hasMessageContaining("another key than " + knownHosts)
        .hasMessageContaining("somebody may be in between")
        .hasMessageEndingWith(host.knownHosts());
    Files.writeString(knownHosts, "@revoked " + host.knownHosts() + "\n");
    assertThat(fault(upstream)).hasMessageContaining("revokes");
  }

  @Test
  void saysThatAKeyIsEncryptedOrMissingOrNotOneOrNotAccepted() throws Exception {
    Path encrypted = host.key("encrypted", "-t", "ed25519", "-N", "geheim");
    RemoteFault fault = fault(upstream(host.url("remote.git"), encrypted));
    refused(fault, "UPSTREAM_FILE  upstream.credentials.key-file: " + encrypted + " is encrypted");
    Path old = host.key("old", "-t", "rsa", "-m", "PEM", "-N", "geheim");
    assertThat(fault(upstream(host.url("remote.git"), old))).hasMessageContaining("is encrypted");
    fault = fault(upstream(host.url("remote.git"), directory.resolve("nowhere")));
    refused(fault, "UPSTREAM_FILE  upstream.credentials.key-file: ");
    assertThat(fault).hasMessageContaining("nowhere");
    Files.writeString(directory.resolve("text"), "geheim\n");
    fault = fault(upstream(host.url("remote.git"), directory.resolve("text")));
    refused(fault, "UPSTREAM_FILE  upstream.credentials.key-file: ");
    assertThat(fault).hasMessageNotContaining("geheim");
    Path stranger = host.key("stranger");
    fault = fault(upstream(host.url("remote.git"), stranger));
    refused(fault, "UPSTREAM_CREDENTIALS  " + host.url("remote.git") + " does not accept the key");
  }

  @Test
  void readsKeysOfTheUsualKinds() throws Exception {
    remote.push(Map.of("a", "1"), "one");
    for (String[] kind :
        new String[][] {
          {"-t", "rsa", "-m", "PEM", "-N", ""},
          {"-t", "rsa", "-m", "PKCS8", "-N", ""},
          {"-t", "ecdsa", "-N", ""}
        }) {
      host.key("client", kind);
      assertThat(refs(upstream())).as(kind[1] + kind[3]).hasSize(1);
    }
  }

  @Test
  void saysThatThereIsNoRepositoryAndNobodyThere() throws Exception {
    assertThat(fault(upstream(host.url("gone.git"), host.keyFile())))
        .hasMessageStartingWith("UPSTREAM_GONE  ");
    UpstreamRepository upstream = upstream();
    host.kill();
    RemoteFault fault = fault(upstream);
    assertThat(fault).hasMessageStartingWith("UPSTREAM_UNREACHABLE  ssh://");
    assertThat(fault.kind()).isEqualTo(RemoteFault.Kind.UNREACHABLE);
  }

  @Test
  void givesUpAHostThatHangsAndOneThatBreaksOffAndGoesOnAfterwards() throws Exception {
    String first = remote.push(Map.of("a", random(200_000)), "one");
    UpstreamRepository upstream = upstream();
    host.trouble(Trouble.HANGS);
    assertThat(fault(upstream)).hasMessageStartingWith("UPSTREAM_UNREACHABLE  ssh://");
    host.trouble(Trouble.BREAKS);
    assertThat(fault(upstream)).hasMessageStartingWith("UPSTREAM_UNREACHABLE  ssh://");
    assertThat(store.refs("refs/")).isEmpty();
    host.trouble(Trouble.NONE);
    assertThat(refs(upstream)).containsEntry("refs/heads/main", new CommitId(first));
  }

  /** By a clock on which each byte takes ten seconds. */
  @Test
  void givesUpAHostThatSendsAByteNowAndThenAndGoesOnAfterwards() throws Exception {
    String first = remote.push(Map.of("a", random(2000)), "one");
    RemoteAccess access =
        new RemoteAccess(
            new RemoteUrl(host.url("remote.git")),
            new RemoteLogin("pullcord", null, null, host.keyFile(), knownHosts),
            null,
            "upstream");
    UpstreamRepository upstream =
        new UpstreamRepository(
            new RemoteTransports(access, Map.of(), Patience.ofSeconds(60, Patience.slowClock())),
            store);
    host.trouble(Trouble.TRICKLES);
    RemoteFault fault = fault(upstream);
    assertThat(fault.kind()).isEqualTo(RemoteFault.Kind.UNREACHABLE);
    assertThat(fault).hasMessageStartingWith("UPSTREAM_SLOW  ssh://");
    host.trouble(Trouble.NONE);
    assertThat(refs(upstream())).containsEntry("refs/heads/main", new CommitId(first));
  }
}
