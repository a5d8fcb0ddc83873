package dev.pullcord.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.config.ConfigReader;
import dev.pullcord.agent.enroll.Join;
import dev.pullcord.agent.enroll.JoinResult;
import dev.pullcord.agent.envfile.EnvFileModesCheck;
import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Preparation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.doctor.Examination;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check finds nothing wrong with a sound agent, and its own trouble where that was made. */
class AgentDoctorTest {
  private static final String USER = System.getProperty("user.name");

  @TempDir Path directory;
  private Path state;
  private AgentHost host;
  private Path config;
  private Path rule;
  private Path bin;
  private final FakeClock clock = new FakeClock();
  private final FakeServer server = FakeServer.start();

  @BeforeEach
  void makeAnAgent() throws IOException {
    state = directory.toRealPath().resolve("state");
    host = new AgentHost(state);
    StateDirectory.open(state).close();
    JoinResult joined =
        new Join(state, clock)
            .run(new Join.Request(server.url(), server.invite(), "edge-1", null, false));
    assertThat(joined).isInstanceOf(JoinResult.Joined.class);
    server.setTime(clock.now());
    server.decide(
        new DesiredState(
            1,
            new NodeName("edge-1"),
            "fleet",
            "main",
            null,
            null,
            null,
            0,
            clock.now(),
            Map.of(),
            Orders.NONE));
    config = Files.writeString(directory.resolve("agent.yaml"), "poll: 60s\n");
    rule = Files.writeString(directory.resolve("50-pullcord.rules"), "");
    bin = Files.createDirectory(directory.resolve("bin"));
    for (String name : List.of("sh", "setsid", "python3")) {
      program(name, 0);
    }
  }

  @AfterEach
  void endTheServer() {
    server.close();
  }

  private void program(String name, int exit) throws IOException {
    Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\nexit " + exit + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Examination examine() {
    AgentConfig.Result read = ConfigReader.read(config, state, "edge-1");
    ExaminedHost on =
        new ExaminedHost(USER, state, host.units(), List.of(rule), Map.of("PATH", bin.toString()));
    return AgentDoctor.examine(new ExaminedAgent(state, USER, read, host, clock, on));
  }

  @Test
  void findsNothingWrongWithASoundAgentAndChangesNothing() throws IOException {
    Map<String, String> before = files();
    List<Finding> findings = examine().checks();
    assertThat(findings).hasSize(14).allSatisfy(f -> assertThat(f.ok()).as(f.toString()).isTrue());
    assertThat(findings).allSatisfy(f -> assertThat(f.fix()).isEmpty());
    assertThat(findings).extracting(Finding::name).doesNotHaveDuplicates();
    assertThat(files()).isEqualTo(before);
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> modes = new TreeMap<>();
    try (Stream<Path> all = Files.walk(state)) {
      for (Path path : all.toList()) {
        modes.put(
            path.toString(), PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
      }
    }
    return modes;
  }

  private void giveGrepAUser() throws IOException {
    Files.writeString(config, "users: {grep: greppers}\n");
  }

  @Test
  void aUserOfAWorkerWhoseUnitsAreThereIsNamed() throws IOException {
    giveGrepAUser();
    host.templateOfGreppers =
        AgentHost.loaded(state).replace("User=pullcord-worker", "User=greppers");

    assertThat(finding("template").ok()).isTrue();
    assertThat(finding("template").detail()).endsWith(", and those of greppers");
  }

  /** Makes something wrong. */
  private interface Trouble {
    void make(AgentDoctorTest test) throws IOException;
  }

  private static Arguments row(String check, String detail, Trouble trouble) {
    return Arguments.of(check, detail, trouble);
  }

  static Stream<Arguments> troubles() {
    return Stream.of(ofTheDirectory(), ofTheServer(), ofTheService(), ofTheHost())
        .flatMap(rows -> rows);
  }

  private static Stream<Arguments> ofTheDirectory() {
    return Stream.of(
        row("state", "is not there", t -> t.state = t.directory.resolve("no")),
        row("state", "STATE_PERMISSIONS", t -> t.open("spool", "rwxrwxrwx")),
        row("state", "LINK_FOREIGN", AgentDoctorTest::linkTheSpool),
        row("state", "STATE_NEWER", AgentDoctorTest::noteWhatOnlyANewerAgentKnows),
        row("config", "did you mean poll?", t -> Files.writeString(t.config, "pol: 1s\n")),
        row(
            "config",
            "notify.ca-file: /none: it is not there",
            t ->
                Files.writeString(
                    t.config,
                    "git: {url: \"file:///x\"}\nnotify: {url: \"https://x/\", secret-file: "
                        + Files.writeString(t.directory.resolve("secret"), "geheim")
                        + ", ca-file: /none}\n")),
        row("config", "cannot be read", t -> Files.delete(t.config)),
        row("env files", "every user of this host can read", t -> t.giveAnEnvFile("rw-r--r--")),
        row("env files", "every user of this host can write", t -> t.giveAnEnvFile("rw-r---w-")),
        row(
            "membership",
            "no server and follows no branch",
            t -> Files.delete(t.state.resolve("node.json"))),
        row(
            "membership",
            "STATE_DAMAGED",
            t -> Files.writeString(t.state.resolve("node.json"), "{")),
        row(
            "membership",
            "a join --anew was cut off",
            t ->
                Files.move(t.state.resolve("node.json"), t.state.resolve("node.json.before-anew"))),
        row("membership", "KEY_MISSING", t -> Files.delete(t.state.resolve("key.pem"))),
        row("membership", "KEY_PERMISSIONS", t -> t.open("key.pem", "rw-r--r--")),
        row(
            "git remote",
            "UPSTREAM_GONE",
            t -> Files.writeString(t.config, "git: {url: \"file:///x\"}\n")));
  }

  private static Stream<Arguments> ofTheServer() {
    return Stream.of(
        row("server", "refused", t -> t.server.goAway()),
        row("server", "PIN_MISMATCH", AgentDoctorTest::pinAnotherKey),
        row("server", "does not know this node's key", t -> t.refuse(401, "NODE_UNKNOWN")),
        row("server", "somebody removed node edge-1", t -> t.refuse(403, "NODE_REMOVED")),
        row("server", "DISK_FULL", t -> t.refuse(507, "DISK_FULL")),
        row(
            "server",
            "NOT_PULLCORD",
            t ->
                t.server.answer(
                    "/agent/v1/desired",
                    exchange -> FakeServer.respond(exchange, 200, "text/html", "<p>Log in"))),
        row(
            "clock",
            "31 s behind the server's clock",
            t -> t.server.setTime(t.clock.now().plusSeconds(31))),
        row(
            "clock",
            "60 s ahead of the server's clock",
            t -> t.clock.manual().advance(Duration.ofMinutes(1))));
  }

  private static Stream<Arguments> ofTheService() {
    return Stream.of(
        row("agent", "no agent runs on", t -> t.host.running = false),
        row("agent", "not connected; last contact", t -> t.host.connected = false),
        row("agent", "is connected; last contact", t -> t.host.takesReports = false),
        row("agent", "3 reports to be sent; STORE_FULL", t -> t.host.takesReports = false),
        row("agent", "3 reports to be sent", t -> t.host.connected = false),
        row("unit", "not enabled", t -> t.host.enabled.remove("pullcord-workers.service")),
        row("unit", "enabled and failed", t -> t.host.active = "failed"),
        row("template", "no unit", t -> t.host.template = "LoadState=not-found\n"),
        row("template", "is masked", t -> t.host.template = "LoadState=masked\n"),
        row(
            "template",
            "for another state directory",
            t -> t.host.template = AgentHost.loaded(Path.of("/elsewhere"))),
        row(
            "template",
            "systemd knows no unit pullcord-worker-greppers@.service",
            AgentDoctorTest::giveGrepAUser),
        row(
            "template",
            "pullcord-worker-greppers@.service has another User= than greppers",
            t -> {
              t.giveGrepAUser();
              t.host.templateOfGreppers = AgentHost.loaded(t.state);
            }),
        row("last pass", "worker grep is not healthy", t -> t.host.is = NodeState.FAILED));
  }

  private static Stream<Arguments> ofTheHost() {
    return Stream.of(
        row("programs", "setsid", t -> Files.delete(t.bin.resolve("setsid"))),
        row(
            "programs",
            "python3",
            t -> {
              t.needAnEnvironment();
              Files.delete(t.bin.resolve("python3"));
            }),
        row(
            "programs",
            "has no module venv",
            t -> {
              t.needAnEnvironment();
              t.program("python3", 1);
            }));
  }

  private void open(String name, String modes) throws IOException {
    if (name.equals("spool")) {
      Files.writeString(state.resolve("spool/1.json"), "{}"); // an empty one is only closed
    }
    Files.setPosixFilePermissions(state.resolve(name), PosixFilePermissions.fromString(modes));
  }

  /** The active release has a worker with such a file. */
  private void giveAnEnvFile(String modes) throws IOException {
    Path folder = Files.createDirectory(directory.toRealPath().resolve("env"));
    Files.setPosixFilePermissions(
        directory.toRealPath(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Path file = Files.writeString(folder.resolve("grep.env"), "TOKEN=geheim\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(modes));
    WorkerSpec spec =
        new WorkerSpec(
            "grep",
            new Work.Process(List.of("bin/worker")),
            Map.of(),
            file.toString(),
            WorkerSpec.Restart.STOP_START,
            null,
            null,
            null);
    CommitId commit = new CommitId("a".repeat(40));
    Release release =
        Release.staged(
            1,
            new Release.Content(commit, "main", Map.of()),
            Map.of("grep", new WorkerDefinition(spec, "x")),
            Preparation.NONE,
            Map.of(),
            clock.now());
    try (StateDirectory open = StateDirectory.open(state);
        Journal journal = Journal.open(open, JournalProbe.NONE)) {
      journal.append(new Entry.Staged(release));
      journal.append(new Entry.SwitchIntent(release.name()));
      journal.append(new Entry.Switched(release.name(), clock.now()));
    }
  }

  @Test
  void anEnvFileThatOthersCannotReachIsNoTrouble() throws IOException {
    giveAnEnvFile("rw-r--r--");
    Path file = directory.toRealPath().resolve("env/grep.env");
    assertThat(finding("env files").fix()).isEqualTo("chmod o= " + file);

    Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-x---"));
    assertThat(finding("env files").detail()).isEqualTo("1 file, closed to all other users");
    Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(finding("env files").ok()).isTrue();
  }

  @Test
  void anEnvFileOfSomebodyElseIsClosedSoThatTheAgentCanStillReadIt() throws IOException {
    giveAnEnvFile("rw----r--");
    Path file = directory.toRealPath().resolve("env/grep.env");

    assertThat(new EnvFileModesCheck(state, "elsewho").look().fix())
        .isEqualTo("chgrp \"$(id -gn elsewho)\" %s && chmod g+r,o= %s".formatted(file, file));
  }

  @Test
  void anEnvFileThatIsNotThereIsNotSaidToBeClosed() throws IOException {
    giveAnEnvFile("rw-r-----");
    Path file = directory.toRealPath().resolve("env/grep.env");
    Files.delete(file);

    assertThat(finding("env files").ok()).isTrue();
    assertThat(finding("env files").detail()).isEqualTo("not there: " + file);
  }

  /** As a newer agent does; its checksum is right. */
  private void noteWhatOnlyANewerAgentKnows() throws IOException {
    String json = "{\"type\":\"from-the-future\",\"x\":1}";
    CRC32C crc = new CRC32C();
    crc.update(json.getBytes(StandardCharsets.UTF_8));
    Files.writeString(state.resolve("journal"), "%08x %s\n".formatted(crc.getValue(), json));
    Files.setPosixFilePermissions(
        state.resolve("journal"), PosixFilePermissions.fromString("rw-------"));
  }

  private void linkTheSpool() throws IOException {
    Files.delete(state.resolve("spool"));
    Files.createSymbolicLink(state.resolve("spool"), directory);
  }

  private void pinAnotherKey() throws IOException {
    Path file = state.resolve("node.json");
    Files.writeString(file, Files.readString(file).replace(server.pin(), "0".repeat(64)));
  }

  private void refuse(int status, String code) {
    server.answer("/agent/v1/desired", exchange -> FakeServer.problem(exchange, status, code));
  }

  private void needAnEnvironment() throws IOException {
    Files.createDirectory(state.resolve("cache/venvs/3f2a"));
  }

  private Finding finding(String check) {
    return examine().checks().stream()
        .filter(f -> f.name().equals(check))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("troubles")
  void namesTheTroubleAndWhatToDo(String check, String detail, Trouble trouble) throws IOException {
    trouble.make(this);
    Finding finding = finding(check);
    assertThat(finding.ok()).as(finding.toString()).isFalse();
    assertThat(finding.detail()).contains(detail);
    assertThat(finding.fix()).isNotBlank();
  }

  @Test
  void aNodeWithoutAServerIsWellWhenItFollowsABranch() throws IOException {
    Files.delete(state.resolve("node.json"));
    Files.writeString(config, "git: {url: \"https://git.example/fleet.git\"}\n");
    assertThat(finding("membership").detail())
        .isEqualTo("no server; follows main of https://git.example/fleet.git");
    assertThat(finding("server").ok()).isTrue();
    assertThat(finding("clock").detail()).contains("not compared");
  }

  @Test
  void anAgentThatIsNoUnitNeedsNeitherTemplateNorRule() {
    host.systemd = false;
    host.template = "LoadState=not-found\n";
    host.polkit = false;
    for (String check : List.of("unit", "template", "polkit")) {
      assertThat(finding(check).ok()).as(check).isTrue();
    }
  }

  @Test
  void aCheckThatThrowsKeepsNoOtherFromBeingMade() throws IOException {
    Files.writeString(state.resolve("node.json"), "{");
    assertThat(examine().checks()).hasSize(14);
    assertThat(finding("server").detail()).contains("STATE_DAMAGED");
    assertThat(finding("disk").ok()).isTrue();
  }
}
