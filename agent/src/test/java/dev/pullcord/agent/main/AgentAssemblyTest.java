package dev.pullcord.agent.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.config.LocalPolicy;
import dev.pullcord.agent.control.ControlClient;
import dev.pullcord.agent.enroll.Join;
import dev.pullcord.agent.enroll.JoinResult;
import dev.pullcord.agent.envfile.EnvFilePolicy;
import dev.pullcord.agent.fake.FakeGit;
import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.rights.AllowedWork;
import dev.pullcord.agent.rights.WorkerUsers;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent in this process, against a server with real TLS and real git. */
class AgentAssemblyTest {
  private static final NodeName NODE = new NodeName("edge-1");
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(60));

  @TempDir private Path home;
  private final FakeServer server = FakeServer.start();
  private TempGitRemote remote;
  private FakeGit git;
  private Path state;
  private @Nullable StateDirectory directory;
  private @Nullable AgentAssembly agent;

  @BeforeEach
  void make() {
    remote = TempGitRemote.create(home.resolve("git"));
    git = new FakeGit(remote.bare());
    server.serveGit(git);
    server.setTime(Instant.now());
    state = home.resolve("state");
    try (StateDirectory opened = StateDirectory.open(state)) {
      JoinResult joined =
          new Join(opened.root(), HostClock.system())
              .run(new Join.Request(server.url(), server.invite(), NODE.value(), null, false));
      assertThat(joined).isInstanceOf(JoinResult.Joined.class);
    }
  }

  @AfterEach
  void close() {
    stop();
    git.close();
    server.close();
  }

  private void start() throws IOException {
    StateDirectory opened = StateDirectory.open(state);
    AgentConfig config =
        new AgentConfig(
            state,
            NODE,
            null,
            null,
            Duration.ofSeconds(60),
            new LocalPolicy(
                Duration.ofHours(48),
                EnvFilePolicy.NOTHING,
                true,
                false,
                AllowedWork.ALL,
                WorkerUsers.NONE),
            Map.of(),
            AgentConfig.Metrics.NONE);
    directory = opened;
    AgentAssembly made = AgentAssembly.open(config, opened, HostClock.system());
    agent = made;
    made.start();
  }

  @Test
  void anAgentThatStartsAfterAKilledJoinAnewIsWhoItWas() throws IOException {
    for (String name : List.of("node.json", "key.pem", "certificate.pem")) {
      Files.move(state.resolve(name), state.resolve(name + ".before-anew"));
    }
    Files.createFile(state.resolve("all.before-anew"));

    start();

    CommitId one = push("one");
    server.decide(decision(1, one, null));
    converges(one);
  }

  @Test
  void anAgentWhoseFirstJoinWasKilledSaysSoAndIsStartedAgain() throws IOException {
    for (String name : List.of("node.json", "key.pem", "certificate.pem")) {
      Files.delete(state.resolve(name));
    }
    Files.createFile(state.resolve("all.before-anew"));

    assertThatThrownBy(this::start)
        .as("exit code 1: with 2 the unit would not start it again")
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a join --anew was cut off");
    assertThat(state.resolve("all.before-anew")).exists();
  }

  private void stop() {
    if (agent != null) {
      agent.close();
    }
    if (directory != null) {
      directory.close();
    }
    agent = null;
    directory = null;
  }

  private CommitId push(String pattern) {
    String manifest = "version: 1\nbundles: {search: {paths: [search/], on-change: nothing}}\n";
    String commit = remote.push(Map.of("pullcord.yaml", manifest, "search/p", pattern), pattern);
    git.show(commit);
    return new CommitId(commit);
  }

  private DesiredState decision(long revision, CommitId commit, @Nullable Pin pin) {
    return new DesiredState(
        revision,
        NODE,
        "fleet",
        "main",
        commit,
        revision,
        pin,
        0,
        Instant.now(),
        Map.of(),
        Orders.NONE);
  }

  private void converges(CommitId commit) {
    SOON.isTrue(
        "a report that " + commit.abbreviated() + " is applied",
        () ->
            !server.reports().isEmpty()
                && commit.equals(newest().appliedCommit())
                && newest().state() == NodeState.CONVERGED);
  }

  private NodeStatus newest() {
    return server.reports().getLast().status();
  }

  @Test
  void goesFromAPushToAReport() throws IOException {
    start();
    CommitId one = push("one");
    server.decide(decision(1, one, null));
    converges(one);

    CommitId two = push("two");
    server.decide(decision(2, two, null));
    converges(two);

    assertThat(state.resolve("current/search/p")).hasContent("two");
    assertThat(server.reports()).extracting(NodeReport::revision).contains(1L, 2L);
    assertThat(server.reports().stream().flatMap(r -> r.steps().stream())).isNotEmpty();
  }

  @Test
  void convergesAndReportsOnceWhenTheServerWasAwayInBetween() throws IOException {
    start();
    CommitId one = push("one");
    server.decide(decision(1, one, null));
    converges(one);
    int before = server.reports().size();
    server.goAway();
    stop();

    start();
    ControlClient client = new ControlClient(state);
    SOON.isTrue("it runs", () -> client.status() instanceof ControlClient.Outcome.Answered);
    CommitId two = push("two");
    server.decideSilently(decision(2, two, null));
    server.comeBack();
    converges(two);

    assertThat(server.reports().size()).isGreaterThan(before);
    assertThat(state.resolve("current/search/p")).hasContent("two");
  }

  @Test
  void leavesAPinAtItsTimeWhileTheServerIsAway() throws IOException {
    start();
    CommitId main = push("main");
    server.decide(decision(1, main, null));
    converges(main);
    CommitId fix = push("fix");
    Instant expiry = Instant.now().plusSeconds(6);
    Pin pin = new Pin("fix", "ada", "trying", expiry, new Pin.After("main", main, 1L));
    server.setTime(Instant.now());
    server.decide(decision(2, fix, pin));
    converges(fix);

    server.goAway();

    ControlClient client = new ControlClient(state);
    SOON.isTrue(
        "back on main",
        () -> {
          ControlClient.Outcome outcome = client.status();
          return outcome instanceof ControlClient.Outcome.Answered(var reply)
              && reply.status() != null
              && main.equals(reply.status().appliedCommit())
              && reply.status().pin() == null;
        });
    assertThat(Instant.now()).isAfterOrEqualTo(expiry);
    assertThat(state.resolve("current/search/p")).hasContent("main");
  }

  /** Below what is closed nobody looks; the rest is by name, the first that fits. */
  private static final Map<String, String> MODES = new LinkedHashMap<>();

  static {
    MODES.put("", "rwx--x--x");
    MODES.put("(repo\\.git|passes|spool|actions|tmp|workers/[^/]+)", "rwx------");
    MODES.put("(repo\\.git|tmp)/.*", "any");
    MODES.put("(passes|spool|actions)/[^/]+", "rw-------");
    MODES.put("(releases|generations|workers|cache|cache/venvs|generations/[0-9]+)", "rwx--x--x");
    MODES.put("releases/[^/]+(/(search|bin|\\.pullcord|\\.pullcord/build))?", "r-xr-xr-x");
    MODES.put("releases/.*", "r--r--r--");
    MODES.put(".*", "rw-------");
  }

  @Test
  void whatTheAgentWritesIsForItsOwnerAloneButWhatWorkersRead() throws IOException {
    start();
    CommitId one = pushWorker("[sh, bin/worker]");
    server.decide(decision(1, one, null));
    converges(one);
    CommitId two = pushWorker("[sh, bin/worker, again]");
    server.decide(decision(2, two, null));
    converges(two);
    stop();
    String worker = Files.readString(state.resolve("generations/2/started"));
    ProcessHandle.of(Long.parseLong(worker.split(" ")[0])).ifPresent(ProcessHandle::destroy);
    Map<String, String> wrong = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    List<Path> all;
    try (Stream<Path> walk = Files.walk(state)) {
      all = walk.filter(path -> !Files.isSymbolicLink(path)).toList();
    }

    for (Path path : all) {
      String name = state.relativize(path).toString();
      String expected =
          MODES.entrySet().stream()
              .filter(mode -> name.matches(mode.getKey()))
              .findFirst()
              .orElseThrow()
              .getValue();
      String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
      seen.add(name.replaceAll("^generations/[0-9]+/", ""));
      if (!expected.equals("any") && !expected.equals(mode)) {
        wrong.put(name, mode + ", expected " + expected);
      }
    }

    assertThat(wrong).isEmpty();
    assertThat(seen)
        .contains("releases.kept", "journal", "lock", "generation.json", "started", "term", "log")
        .contains("desired.json", "node.json", "key.pem");
  }

  private CommitId pushWorker(String run) {
    String manifest =
        """
        version: 1
        bundles: {search: {paths: [search/], on-change: nothing}, code: {paths: [bin/]}}
        prepare: [{run: [sh, -c, 'echo > $PULLCORD_BUILD/index'], timeout: 60s}]
        workers: {grep: {kind: process, run: %s}}
        """
            .formatted(run);
    String worker = "#!/bin/sh\nexec sleep 600\n";
    String commit =
        remote.push(Map.of("pullcord.yaml", manifest, "search/p", "x", "bin/worker", worker), run);
    git.show(commit);
    return new CommitId(commit);
  }

  @Test
  void goesOnAfterItWasRemoved() throws IOException {
    start();
    CommitId one = push("one");
    server.decide(decision(1, one, null));
    converges(one);

    server.remove(dev.pullcord.agent.enroll.NodeKeyFiles.read(state));

    ControlClient client = new ControlClient(state);
    SOON.isTrue(
        "cut off",
        () -> {
          ControlClient.Outcome outcome = client.status();
          return outcome instanceof ControlClient.Outcome.Answered(var reply)
              && reply.status() != null
              && reply.status().server() != null
              && !reply.status().server().connected()
              && reply.status().state() == NodeState.CONVERGED;
        });
    assertThat(state.resolve("current/search/p")).hasContent("one");
  }
}
