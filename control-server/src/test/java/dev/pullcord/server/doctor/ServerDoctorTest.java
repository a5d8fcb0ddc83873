package dev.pullcord.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.DirectoryLock;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.commands.HostOfUnits;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.config.ServerLimits;
import dev.pullcord.server.githost.repository.LeftRefs;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.host.StateFiles;
import dev.pullcord.server.http.Address;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.server.store.NodeContact;
import dev.pullcord.server.store.NodeTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import dev.pullcord.server.store.sqlite.TestStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check finds nothing wrong with a sound server, and its own trouble where that was made. */
class ServerDoctorTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  @TempDir Path directory;
  private Path state;
  private final HostOfUnits host = new HostOfUnits();
  private Instant now = NOW;
  private ServerConfig config;

  @BeforeEach
  void makeAServer() throws IOException {
    state = directory.resolve("state");
    StateFiles.directory(state);
    StateFiles.directory(state.resolve("tls"));
    StateFiles.directory(state.resolve("repositories"));
    RepositoryStore.create(state.resolve("repositories"), "fleet").close();
    for (String port : List.of("agents", "people")) {
      TlsKeys.create(state.resolve("tls"), port, List.of("127.0.0.1"), NOW);
    }
    TestStore.open(state.resolve("store.db")).close();
    config = config("127.0.0.1", 0);
    StateFiles.lock(state).close();
  }

  private ServerConfig config(String advertise, int port) {
    Address any = new Address("127.0.0.1", port);
    return new ServerConfig(state, any, any, false, advertise, List.of(), ServerLimits.standard());
  }

  private List<Finding> look() throws IOException {
    DoctorPatient seen = DoctorPatient.of(config, host.units());
    return ServerDoctor.examine(new DoctorPatient(config, seen.running(), () -> now, host.units()))
        .checks();
  }

  private void write(Consumer<Tables> change) {
    try (Store store = TestStore.open(state.resolve("store.db"))) {
      store.write(tables -> {
        change.accept(tables);
        return true;
      });
    }
  }

  private StoredNode node(Tables tables) {
    StoredNode row =
        StoredNode.joining(
            1,
            new NodeName("grep-1"),
            new NodeKeyId("a".repeat(64)),
            new StoredNode.Joined("0".repeat(16), NOW),
            Map.of(),
            "main");
    tables.nodes().insert(row);
    return row;
  }

  @Test
  void findsNothingWrongWithASoundServer() throws IOException {
    List<Finding> findings = look();
    assertThat(findings).hasSize(12).allSatisfy(f -> assertThat(f.ok()).as(f.toString()).isTrue());
    assertThat(findings).allSatisfy(f -> assertThat(f.fix()).isEmpty());
    assertThat(findings).extracting(Finding::name).doesNotHaveDuplicates();
  }

  /** Makes something wrong. */
  private interface Trouble {
    void make(ServerDoctorTest test) throws IOException;
  }

  private static Arguments row(String check, String detail, Trouble trouble) {
    return Arguments.of(check, detail, trouble);
  }

  static Stream<Arguments> troubles() {
    return Stream.of(
        row(
            "state",
            "KEY_PERMISSIONS",
            t ->
                Files.setPosixFilePermissions(
                    t.state.resolve("tls/agents.key"),
                    PosixFilePermissions.fromString("rw-r--r--"))),
        row("state", "is not there", t -> t.config = t.config.in(t.directory.resolve("no"))),
        row(
            "store",
            "DB_NOT_SQLITE",
            t -> Files.writeString(t.state.resolve("store.db"), "something else, and long")),
        row("repository", "the store names", t -> t.write(ServerDoctorTest::lostBranch)),
        row(
            "repository",
            "refs/heads/main leads to",
            t ->
                Files.writeString(
                    t.state.resolve("repositories/fleet.git/refs/heads/main"),
                    "1".repeat(40) + "\n")),
        row("certificate", "begins only at", t -> t.now = NOW.minus(Duration.ofDays(300))),
        row("certificate", "has ended at", t -> t.now = NOW.plus(Duration.ofDays(365 * 21))),
        row("certificate", "does not name", t -> t.config = t.config("localhost", 0)),
        row("certificate", "KEY_MISSING", t -> Files.delete(t.state.resolve("tls/people.crt"))),
        row("advertise", "leads nowhere", t -> t.config = t.config("nowhere.invalid", 0)),
        row("clock", "last wrote something at", t -> t.write(t::seenLater)),
        row("clock", "it is 1970", t -> t.now = Instant.EPOCH),
        row(
            "fleet",
            "grep-1: runs aaaaaaa, which this server does not have",
            t -> t.write(t::ahead)));
  }

  private static void lostBranch(Tables tables) {
    CommitId gone = new CommitId("2".repeat(40));
    tables.refs().put(new RefTable.BranchHead("main", gone, null, "s", "a", "p"), NOW);
  }

  private void seenLater(Tables tables) {
    StoredNode row = node(tables);
    NodeTable.Standing standing = new NodeTable.Standing(NodeState.WAITING, NOW);
    tables.nodes().seen(row.id(), NOW.plus(Duration.ofHours(3)), standing);
  }

  private void ahead(Tables tables) {
    StoredNode row = node(tables);
    NodeContact.Ahead ahead = new NodeContact.Ahead(7, new CommitId("a".repeat(40)), true, NOW);
    tables.nodes().contact(row.id(), NodeContact.NONE.withAhead(ahead));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("troubles")
  void namesTheTroubleAndWhatToDo(String check, String detail, Trouble trouble) throws IOException {
    trouble.make(this);
    assertThat(look())
        .filteredOn(f -> f.name().equals(check))
        .singleElement()
        .satisfies(f -> {
          assertThat(f.ok()).as(f.toString()).isFalse();
          assertThat(f.detail()).contains(detail);
          assertThat(f.fix()).isNotBlank();
        });
  }

  @Test
  void theCommandThatForgetsALeftCommitIsWhole() throws Exception {
    Path repository = state.resolve("repositories/fleet.git");
    String ref;
    try (FileRepository files = new FileRepository(repository.toFile());
        ObjectInserter inserter = files.newObjectInserter()) {
      ObjectId tree = inserter.insert(new TreeFormatter());
      inserter.flush();
      ref = LeftRefs.keep(files, "refs/heads/main", tree);
    }
    Finding finding =
        look().stream().filter(f -> f.name().equals("repository")).findFirst().orElseThrow();
    assertThat(finding.detail()).contains(ref);
    String command = "git -C " + repository + " update-ref -d " + ref;
    assertThat(finding.fix()).endsWith("forget it with: " + command);
    assertThat(ServerRepositoryCheck.forget(repository, "pullcord-server", "root", ref))
        .isEqualTo("runuser -u pullcord-server -- " + command);

    assertThat(new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor()).isZero();
    assertThat(look())
        .filteredOn(f -> f.name().equals("repository"))
        .singleElement()
        .satisfies(f -> assertThat(f.ok()).isTrue());
  }

  @Test
  void namesAPortThatIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      config = config("127.0.0.1", taken.getLocalPort());
      assertThat(look())
          .filteredOn(f -> f.name().equals("ports"))
          .singleElement()
          .satisfies(f -> assertThat(f.detail()).contains("127.0.0.1:" + taken.getLocalPort()));
    }
  }

  @Test
  void aRunningServerThatDoesNotAnswerIsNamed() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      closed = socket.getLocalPort();
    }
    String url = "https://127.0.0.1:" + closed;
    AtomicFiles.write(
        state.resolve("ports.json"),
        "{\"peopleUrl\": \"%s\", \"agentsUrl\": \"%s\"}".formatted(url, url));
    try (DirectoryLock _ = StateFiles.lock(state)) {
      assertThat(look())
          .filteredOn(f -> f.name().equals("ports"))
          .singleElement()
          .satisfies(f -> assertThat(f.detail()).contains(url + " does not answer"));
    }
  }

  @Test
  void aHostWithoutMemoryOrWithoutThePrograms() throws IOException {
    Path memory =
        Files.writeString(
            directory.resolve("meminfo"), "MemTotal:  262144 kB\nMemAvailable:  9000 kB\n");
    assertThat(new ServerMemoryCheck(memory).look().ok()).isFalse();
    Files.writeString(memory, "MemTotal:  1048576 kB\nMemAvailable:  500000 kB\n");
    assertThat(new ServerMemoryCheck(memory).look().ok()).isTrue();
    assertThat(new ServerProgramsCheck(host.units(), directory.toString()).look().fix())
        .contains("systemd");
    assertThat(
            new ServerProgramsCheck(host.withoutSystemd().units(), directory.toString())
                .look()
                .ok())
        .isTrue();
  }
}
