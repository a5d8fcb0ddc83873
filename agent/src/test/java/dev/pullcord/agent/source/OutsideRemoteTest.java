package dev.pullcord.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.host.Signal;
import dev.pullcord.base.tls.Pem;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteLogin;
import dev.pullcord.git.remote.access.RemoteUrl;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.testkit.GitHttpUpstream;
import dev.pullcord.testkit.GitSshUpstream;
import dev.pullcord.testkit.TempGitRemote;
import dev.pullcord.testkit.TestTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Remotes that are no Pullcord server, with what they ask for before they give anything. */
@SuppressWarnings("NullAway.Init")
class OutsideRemoteTest {
  private static final String MANIFEST = "version: 1\nbundles: {app: {paths: [app]}}\n";

  @TempDir Path home;
  private TempGitRemote remote;

  @BeforeEach
  void create() throws Exception {
    remote = TempGitRemote.create(home.resolve("root"));
  }

  private CommitId push(String content) {
    return new CommitId(
        remote.push(Map.of("pullcord.yaml", MANIFEST, "app/run", content), content));
  }

  private static GitRemote branch(RemoteAccess access) {
    return GitRemote.ofBranch(access, "main", HostClock.system());
  }

  private RemoteAccess https(GitHttpUpstream host) {
    return https(host, "remote.git");
  }

  private RemoteAccess https(GitHttpUpstream host, String repository) {
    return new RemoteAccess(
        new RemoteUrl(host.url(repository)),
        new RemoteLogin(GitHttpUpstream.USER, home.resolve("password"), null, null, null),
        home.resolve("ca.pem"),
        "git");
  }

  private RemoteAccess ssh(GitSshUpstream host) {
    return ssh(host, "remote.git");
  }

  private RemoteAccess ssh(GitSshUpstream host, String repository) {
    return new RemoteAccess(
        new RemoteUrl(host.url(repository)),
        new RemoteLogin("", null, null, host.keyFile(), home.resolve("known_hosts")),
        null,
        "git");
  }

  private GitSource source(GitRemote from) throws Exception {
    return new GitSource(home.resolve("mirror.git"), home.resolve("aside"), from);
  }

  @Test
  void fetchesOverHttpsWithAPasswordAndAnOwnAuthority() throws Exception {
    TestTls tls = TestTls.make(home.resolve("key.p12"));
    Files.writeString(home.resolve("ca.pem"), Pem.of(tls.certificate()));
    Files.writeString(home.resolve("password"), "geheim\n");
    try (GitHttpUpstream host = new GitHttpUpstream(home.resolve("root"), tls.context(), "geheim");
        GitSource source = source(branch(https(host)))) {
      CommitId one = push("one");
      assertThat(source.head("main")).isEqualTo(new BranchHead.At(one));
      assertThat(source.obtain(one)).isInstanceOf(SourceResult.Obtained.class);
      assertThat(branch(https(host)).head("main")).isEqualTo(new BranchHead.At(one));

      host.password("another");
      assertThat(source.head("main"))
          .isInstanceOfSatisfying(
              BranchHead.Unreachable.class,
              u ->
                  assertThat(u.reason())
                      .startsWith("UPSTREAM_CREDENTIALS  ")
                      .endsWith("see git.credentials")
                      .doesNotContain("geheim"));
      Files.writeString(home.resolve("password"), "another\n");
      CommitId two = push("two");
      assertThat(source.head("main")).isEqualTo(new BranchHead.At(two));
      assertThat(source.obtain(two)).isInstanceOf(SourceResult.Obtained.class);
    }
  }

  @Test
  void fetchesOverSshAndKeepsWhatItHasWhileTheHostIsAway() throws Exception {
    try (GitSshUpstream host = new GitSshUpstream(home.resolve("ssh"), home.resolve("root"));
        GitSource source = source(branch(ssh(host)))) {
      CommitId one = push("one");
      assertThat(source.head("main"))
          .isInstanceOfSatisfying(
              BranchHead.Unreachable.class,
              u -> assertThat(u.reason()).endsWith("add this line: " + host.knownHosts()));
      Files.writeString(home.resolve("known_hosts"), host.knownHosts() + "\n");
      assertThat(source.head("main")).isEqualTo(new BranchHead.At(one));
      assertThat(source.obtain(one)).isInstanceOf(SourceResult.Obtained.class);

      host.kill();
      assertThat(source.head("main")).isInstanceOf(BranchHead.Unreachable.class);
      assertThat(source.obtain(one)).isInstanceOf(SourceResult.Obtained.class);
      host.start();
      CommitId two = push("two");
      assertThat(source.obtain(two)).isInstanceOf(SourceResult.Obtained.class);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void saysThatARepositoryHasSha256IdsHoweverItIsReached(boolean filled) throws Exception {
    String name = remote.sha256(filled);
    TestTls tls = TestTls.make(home.resolve("key.p12"));
    Files.writeString(home.resolve("ca.pem"), Pem.of(tls.certificate()));
    Files.writeString(home.resolve("password"), "geheim\n");
    try (GitHttpUpstream https =
            new GitHttpUpstream(home.resolve("root"), tls.context(), "geheim");
        GitSshUpstream ssh = new GitSshUpstream(home.resolve("ssh"), home.resolve("root"))) {
      Files.writeString(home.resolve("known_hosts"), ssh.knownHosts() + "\n");
      sha256(branch(https(https, name)));
      sha256(branch(ssh(ssh, name)));
      sha256(GitRemote.ofPublic("file://" + home.resolve("root").resolve(name), "main"));
    }
  }

  private static void sha256(GitRemote from) {
    assertThat(from.head("main"))
        .isInstanceOfSatisfying(
            BranchHead.Unreachable.class,
            u ->
                assertThat(u.reason())
                    .startsWith("UPSTREAM_SHA256  " + from.url())
                    .contains("set git.url to a repository with SHA-1 ids"));
  }

  /** By a clock on which each byte takes five seconds. */
  @Test
  void givesUpAHostThatSendsAByteNowAndThenWithoutWaitingForHours() throws Exception {
    CommitId one = push("one");
    Files.writeString(home.resolve("password"), "geheim\n");
    TestTls tls = TestTls.make(home.resolve("key.p12"));
    Files.writeString(home.resolve("ca.pem"), Pem.of(tls.certificate()));
    try (GitHttpUpstream host =
        new GitHttpUpstream(home.resolve("root"), tls.context(), "geheim")) {
      host.trouble(GitHttpUpstream.Trouble.TRICKLES);
      slow(https(host));
      host.trouble(GitHttpUpstream.Trouble.NONE);
      assertThat(branch(https(host)).head("main")).isEqualTo(new BranchHead.At(one));
    }
    try (GitSshUpstream host = new GitSshUpstream(home.resolve("ssh"), home.resolve("root"))) {
      Files.writeString(home.resolve("known_hosts"), host.knownHosts() + "\n");
      host.trouble(GitSshUpstream.Trouble.TRICKLES);
      slow(ssh(host));
      host.trouble(GitSshUpstream.Trouble.NONE);
      assertThat(branch(ssh(host)).head("main")).isEqualTo(new BranchHead.At(one));
    }
  }

  private void slow(RemoteAccess access) {
    assertThat(GitRemote.ofBranch(access, "main", new SlowClock()).head("main"))
        .isInstanceOfSatisfying(
            BranchHead.Unreachable.class,
            u -> assertThat(u.reason()).startsWith("UPSTREAM_SLOW  " + access.url()));
  }

  /** Goes on by five seconds whenever somebody looks at it. */
  private static final class SlowClock implements HostClock {
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public long nanos() {
      return nanos.addAndGet(Duration.ofSeconds(5).toNanos());
    }

    @Override
    public boolean await(Signal signal, long seen, Duration atMost) {
      throw new AssertionError("nobody waits for a remote by this clock");
    }
  }

  @Test
  void takesACommitFromTheRemoteBesideTheServerAndWhatThatLacksFromTheServer() throws Exception {
    TempGitRemote server = TempGitRemote.create(home.resolve("server"));
    try (GitSshUpstream host = new GitSshUpstream(home.resolve("ssh"), home.resolve("root"));
        GitSource source =
            new GitSource(
                home.resolve("mirror.git"),
                home.resolve("aside"),
                GitRemote.ofPublic(server.url(), "main"),
                GitRemote.ofCommits(ssh(host), HostClock.system()))) {
      Files.writeString(home.resolve("known_hosts"), host.knownHosts() + "\n");
      CommitId one = push("one");
      CommitId two = push("two");
      assertThat(log(source.obtain(two))).contains("fetched from ssh://");
      assertThat(log(source.obtain(one))).contains("is already here"); // its parent came along

      CommitId here =
          new CommitId(server.push(Map.of("pullcord.yaml", MANIFEST, "app/run", "here"), "here"));
      assertThat(log(source.obtain(here))).contains("fetched from file://");
    }
  }

  private static String log(SourceResult result) {
    assertThat(result).isInstanceOf(SourceResult.Obtained.class);
    return ((SourceResult.Obtained) result).log();
  }
}
