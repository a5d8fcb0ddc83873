package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.GitClone;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A repository on another git host, whose hook says that something was pushed. */
class WebhookTest {
  private static final Path DOCS = Path.of(System.getProperty("pullcord.root"), "docs/operating");

  /** So much longer a push there may take than a push to the server itself. */
  private static final Duration LONGER = Duration.ofSeconds(1);

  private static final int NODES = Fleets.full() ? 20 : 2;
  private static final int ROUNDS = Fleets.full() ? 7 : 1;
  private static final Duration POLL = Duration.ofSeconds(5);

  @TempDir Path directory;
  private TempGitRemote upstream;
  private LocalFleet fleet;
  private List<LocalAgent> agents;

  @BeforeEach
  void start() throws IOException {
    Needs.tool("git");
    Needs.tool("python3");
    Files.writeString(directory.resolve("webhook.secret"), "correct horse battery\n");
    upstream = TempGitRemote.create(directory.resolve("upstream"));
    String first = upstream.push(SmallWork.good(), "Begin");
    fleet = Fleets.made(directory.resolve("fleet"));
    fleet.serverConfig(directory.resolve("server.yaml"));
    poll("1h");
    fleet.startServer();
    assertThat(fleet.cli("fetch").exit()).isZero();
    agents = fleet.addAgents(NODES);
    awaitAll(first);
  }

  @AfterEach
  void end() {
    fleet.close();
  }

  private void poll(String every) throws IOException {
    Files.writeString(
        directory.resolve("server.yaml"),
        """
        upstream:
          url: %s
          poll: %s
          webhook: {kind: generic, secret-file: %s}
        """
            .formatted(upstream.url(), every, directory.resolve("webhook.secret")));
  }

  private void awaitAll(String commit) {
    Eventually.within(Fleets.RECOVERY)
        .until(
            "all on " + commit,
            () ->
                fleet.api().nodes().stream()
                    .map(node -> String.valueOf(node.appliedCommit()))
                    .collect(Collectors.toSet()),
            all -> all.equals(Set.of(commit)));
  }

  /** Runs the hook of the documentation. */
  private void tell() {
    String hook =
        block("upstream.md", "python", 0)
            .replace("https://pullcord.example:8420", fleet.url())
            .replace("/etc/fleet/webhook.secret", directory.resolve("webhook.secret").toString())
            .replace("acme/fleet", upstream.url());
    ProgramCall.Result said = python(hook, List.of());
    assertThat(said.exit()).as(said.output()).isZero();
  }

  private ProgramCall.Result python(String program, List<String> arguments) {
    List<String> argv = new ArrayList<>(List.of("python3", "-c", program));
    argv.addAll(arguments);
    return ProgramCall.of(
            directory,
            Map.of(
                "SSL_CERT_FILE", fleet.certificateFile().toString(),
                "PULLCORD_URL", fleet.url(),
                "PULLCORD_TOKEN", fleet.adminToken()),
            argv)
        .run(_ -> {});
  }

  private static String block(String page, String language, int index) {
    try {
      String[] blocks = Files.readString(DOCS.resolve(page)).split("```");
      List<String> found = new ArrayList<>();
      for (int i = 1; i < blocks.length; i += 2) {
        if (blocks[i].startsWith(language + "\n")) {
          found.add(blocks[i].substring(language.length() + 1));
        }
      }
      return found.get(index);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Each from the beginning of the push until the server has heard of the last node. */
  @Test
  void aPushThereIsHardlySlowerThanAPushHere() throws IOException {
    List<Duration> byWebhook = rounds("webhook", this::tell);
    List<Duration> byPush = here();
    fleet.stopServer();
    poll(POLL.toSeconds() + "s");
    fleet.startServer();
    agents.forEach(Fleets::connected);
    List<Duration> byPoll = rounds("poll", () -> {});
    System.out.printf(
        "%d nodes, median of %d: by webhook %s, by a push %s, by a poll of %s %s%n",
        NODES,
        ROUNDS,
        median(byWebhook),
        median(byPush),
        POLL,
        median(byPoll) + ", at most " + byPoll.stream().max(Duration::compareTo).orElseThrow());
    if (Fleets.full()) {
      assertThat(median(byWebhook)).isLessThan(median(byPush).plus(LONGER));
      assertThat(median(byPoll)).isLessThan(median(byPush).plus(POLL).plus(LONGER));
    }
  }

  private List<Duration> rounds(String name, Runnable told) {
    List<Duration> took = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      String commit = upstream.commit(SmallWork.search(name + i), name + " " + i);
      Instant begun = Instant.now();
      upstream.push("main");
      told.run();
      awaitAll(commit);
      took.add(until(commit, begun));
    }
    return took;
  }

  private Duration until(String commit, Instant begun) {
    return Duration.between(
        begun, Fleets.convergedAt(fleet, commit).stream().max(Instant::compareTo).orElseThrow());
  }

  private List<Duration> here() {
    GitClone clone = fleet.newClone("try");
    clone.write(SmallWork.search("begin"));
    clone.commit("Begin to try");
    PushResult made = clone.push(_ -> {}, "-o", "nowait", "origin", "HEAD:refs/heads/pullcord/try");
    assertThat(made.exit()).as(made.output()).isZero();
    agents.forEach(a -> assertThat(fleet.cli("follow", a.name(), "pullcord/try").exit()).isZero());
    awaitAll(clone.head());
    List<Duration> took = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      clone.write(SmallWork.search("here-" + i));
      String commit = clone.commit("Here " + i);
      Instant begun = Instant.now();
      clone.push(_ -> {}, "-o", "nowait", "origin", "HEAD:refs/heads/pullcord/try");
      awaitAll(commit);
      took.add(until(commit, begun));
    }
    PushResult refused = clone.push(_ -> {}, "origin", "HEAD:refs/heads/main");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.output()).contains("UPSTREAM_PUSH", upstream.url(), "pullcord/");
    agents.forEach(a -> assertThat(fleet.cli("follow", a.name(), "main").exit()).isZero());
    return took;
  }

  private static Duration median(List<Duration> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }

  @Test
  void thePagesOfCiWaitForTheCommit() {
    String commit = upstream.commit(SmallWork.search("ci"), "By CI");
    upstream.push("main");
    Map<?, ?> gitlab = in(yaml(1), "deployed");
    assertThat(gitlab.keySet()).isEqualTo(Set.of("stage", "tags", "rules", "variables", "script"));
    String script =
        list(gitlab, "script").stream().map(String::valueOf).collect(Collectors.joining(" && "));
    assertThat(shell(script, "CI_COMMIT_SHA", commit)).contains("converged " + NODES + "/" + NODES);
    Map<?, ?> github = in(in(yaml(0), "jobs"), "deployed");
    String steps =
        list(github, "steps").stream()
            .map(step -> String.valueOf(((Map<?, ?>) step).get("run")))
            .collect(Collectors.joining(" && "));
    assertThat(shell(steps, "GITHUB_SHA", commit)).contains("converged " + NODES + "/" + NODES);
    assertThat(in(github, "env").keySet())
        .isEqualTo(Set.of("PULLCORD_URL", "PULLCORD_TOKEN", "PULLCORD_FINGERPRINT"));

    ProgramCall.Result watched = python(block("ci.md", "python", 0), List.of(commit));
    assertThat(watched.exit()).as(watched.output()).isZero();
    assertThat(watched.output()).contains("converged {'converged': " + NODES + "}");
    for (int i = 0; i < 2; i++) {
      assertThat(block("ci.md", "yaml", i).lines().count()).isLessThanOrEqualTo(11);
    }
    assertThat(block("ci.md", "python", 0).lines().count()).isLessThanOrEqualTo(10);
  }

  private static Map<?, ?> yaml(int index) {
    Object read =
        new Load(LoadSettings.builder().build()).loadFromString(block("ci.md", "yaml", index));
    return (Map<?, ?>) Objects.requireNonNull(read);
  }

  private static List<?> list(Map<?, ?> map, String key) {
    return (List<?>) Objects.requireNonNull(map.get(key), key);
  }

  private static Map<?, ?> in(Map<?, ?> map, String key) {
    return (Map<?, ?>) Objects.requireNonNull(map.get(key), key);
  }

  /** As a runner would run it, with the programs of this build. */
  private String shell(String commands, String name, String commit) {
    Path programs = Path.of(fleet.programs().cli()).getParent();
    ProgramCall.Result result =
        ProgramCall.of(
                directory,
                Map.of(
                    "PATH",
                    programs + ":" + System.getenv("PATH"),
                    "HOME",
                    directory.toString(),
                    "PULLCORD_URL",
                    fleet.url(),
                    "PULLCORD_TOKEN",
                    fleet.adminToken(),
                    "PULLCORD_FINGERPRINT",
                    fleet.fingerprint(),
                    name,
                    commit),
                List.of("sh", "-ec", commands))
            .run(_ -> {});
    assertThat(result.exit()).as(result.output()).isZero();
    return result.output();
  }
}
