package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pullcord.base.text.Sha256;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.backup.ServerBackup;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.config.ServerLimits;
import dev.pullcord.server.githost.Git;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.http.Address;
import dev.pullcord.server.store.JoinTokenTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.SqliteStore;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server is backed up and restored: nothing is lost, and half of it is never taken for it. */
class BackupAndRestoreTest {
  @TempDir Path directory;
  private Path state;
  private Path backup;
  private Path restored;
  private Git git;
  private String token;
  private String replaced;

  /** A server with a branch, a tag, and a commit that only its store still names. */
  @BeforeEach
  void makeAServer() throws IOException, InterruptedException {
    state = directory.resolve("state");
    backup = directory.resolve("server.backup");
    restored = directory.resolve("restored");
    RanCommand init = RanCommand.of("init", "--state", state.toString(), "-o", "json");
    token = PullcordJson.wire().readTree(init.out()).path("adminToken").asText();
    git = new Git(Files.createDirectories(directory.resolve("work")));
    git.ok("init", "-q", "-b", "main");
    git.commit("README.md", "hello\n");
    git.ok("tag", "-m", "the first", "v1");
    replaced = git.commit("a.txt", "replaced\n");
    String remote = state.resolve("repositories/fleet.git").toString();
    git.ok("push", "-q", remote, "main", "v1");
    git.ok("reset", "-q", "--hard", "HEAD^");
    String head = git.commit("a.txt", "in its place\n");
    git.ok("push", "-q", "--force", remote, "main");
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    try (Store store = SqliteStore.open(state.resolve("store.db"))) {
      store.write(tables -> {
        tables
            .refs()
            .put(
                new RefTable.BranchHead(
                    "main", new CommitId(head), new CommitId(replaced), "s", "a", "p"),
                now);
        tables
            .joinTokens()
            .insert(
                new JoinTokenTable.StoredInvitation(
                    "0".repeat(16),
                    "1".repeat(64),
                    "admin",
                    Instant.parse("2999-01-01T00:00:00Z"),
                    5,
                    null,
                    Map.of(),
                    List.of("main")));
        return tables.revisions().next();
      });
    }
  }

  private RanCommand back(String... more) {
    return ran("backup", backup.toString(), "--state", state.toString(), more);
  }

  private RanCommand restore(Path file, String... more) {
    return ran("restore", file.toString(), "--state", restored.toString(), more);
  }

  private static RanCommand ran(
      String verb, String file, String option, String value, String... more) {
    return RanCommand.of(
        Stream.concat(Stream.of(verb, file, option, value), Arrays.stream(more))
            .toArray(String[]::new));
  }

  private String whoami(Path served) throws IOException {
    Address any = new Address("127.0.0.1", 0);
    ServerConfig config =
        new ServerConfig(served, any, any, false, null, List.of(), ServerLimits.standard());
    try (ServerAssembly _ = ServerAssembly.start(config)) {
      JsonNode ports = PullcordJson.wire().readTree(served.resolve("ports.json").toFile());
      Request request =
          new Request.Builder()
              .url(ports.path("peopleUrl").asText() + "/api/v1/whoami")
              .header("Authorization", "Bearer " + token)
              .build();
      try (Response response = TestServer.client(null).newCall(request).execute()) {
        return response.body().string();
      }
    }
  }

  @Test
  void aBackupIsNotWrittenIntoTheStateDirectory() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), state);
    for (Path folder : List.of(state, state.resolve("tls"), link)) {
      RanCommand ran = ran("backup", folder + "/mine", "--state", state.toString());
      assertThat(ran.code()).isEqualTo(2);
      assertThat(ran.err()).startsWith("BACKUP_INSIDE");
    }
    assertThat(state.resolve("mine")).doesNotExist();
  }

  @Test
  void aBackupOfAnOlderVersionThatHoldsEarlierOnesIsRestoredWithoutThem() throws IOException {
    assertThat(back().code()).isZero();
    try (FileSystem zip = FileSystems.newFileSystem(backup)) {
      byte[] earlier = "an earlier one".getBytes(StandardCharsets.UTF_8);
      Files.write(zip.getPath("files/monday.backup"), earlier);
      Files.writeString(
          zip.getPath("SHA256SUMS"),
          Sha256.hex(earlier) + "  files/monday.backup\n",
          StandardOpenOption.APPEND);
    }
    RanCommand done = restore(backup);
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(restored.resolve("monday.backup")).doesNotExist();
    assertThat(whoami(restored)).contains("admin");
  }

  /** What is copied of it is what it had before, not what the copy adds to it. */
  @Test
  void aBackupThatIsWrittenToAFileOfTheStateDirectoryEnds() throws IOException {
    byte[] noise = new byte[1 << 20];
    new Random(7).nextBytes(noise);
    Files.write(state.resolve("blob"), noise);
    Path mine = state.resolve("mine.zip");
    try (OutputStream file = Files.newOutputStream(mine);
        OutputStream bounded = new AtMost(file, 32 << 20)) {
      new ServerBackup(state, "1.0.0", Instant.parse("2026-01-01T00:00:00Z")).toStream(bounded);
    }
    RanCommand done = restore(mine);
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(restored.resolve("blob")).hasBinaryContent(noise);
  }

  /** A disk that is full after so many bytes. */
  private static final class AtMost extends FilterOutputStream {
    private long left;

    AtMost(OutputStream out, long bytes) {
      super(out);
      left = bytes;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      left -= length;
      if (left < 0) {
        throw new IOException("No space left on device");
      }
      out.write(bytes, from, length);
    }
  }

  @Test
  void aBackupHasNoEarlierOneAndEveryBranchsLog() throws Exception {
    git.ok("push", "-q", state.resolve("repositories/fleet.git").toString(), "main:feature.new");
    Path logs = Files.createDirectories(state.resolve("repositories/fleet.git/logs/refs/heads"));
    Files.writeString(logs.resolve("feature.new"), "who pushed\n");
    Files.writeString(state.resolve("monday.backup"), "an earlier one");
    assertThat(back().code()).isZero();
    try (FileSystem zip = FileSystems.newFileSystem(backup)) {
      assertThat(zip.getPath("files/monday.backup")).doesNotExist();
      assertThat(zip.getPath("files/repositories/fleet.git/logs/refs/heads/feature.new")).exists();
    }
  }

  @Test
  void aRestoredServerHasAllThatItHad() throws IOException, InterruptedException {
    RanCommand made = back("-o", "json");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
        .isEqualTo("rw-------");
    RanCommand done = restore(backup);
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out()).contains("revision 1", "main", "v1", "pullcord status");

    assertThat(refs(restored)).isEqualTo(refs(state));
    for (String file : List.of("tls/agents.key", "tls/people.key", "tls/people.crt")) {
      assertThat(restored.resolve(file)).hasSameBinaryContentAs(state.resolve(file));
    }
    try (RepositoryStore repository = RepositoryStore.open(restored.resolve("repositories"))) {
      assertThat(repository.commit(new CommitId(replaced))).isPresent();
      assertThat(repository.defaultBranch()).isEqualTo("main");
    }
    onlyTheOwnerReads();
    try (Store store = SqliteStore.open(restored.resolve("store.db"))) {
      assertThat(store.read(tables -> tables.audit().newest(1)).getFirst().what())
          .isEqualTo("restore");
      List<JoinTokenTable.StoredInvitation> invited =
          store.read(tables -> tables.joinTokens().longest(10));
      assertThat(invited).isEmpty();
      int starts = store.read(tables -> tables.revisions().incarnations().size());
      assertThat(starts).isEqualTo(1);
    }
    assertThat(whoami(restored)).contains("\"role\":\"admin\"");
  }

  private String refs(Path server) throws IOException, InterruptedException {
    return git.ok("ls-remote", server.resolve("repositories/fleet.git").toString());
  }

  private void onlyTheOwnerReads() throws IOException {
    try (Stream<Path> all = Files.walk(restored)) {
      for (Path path : all.filter(p -> !p.toString().matches(".*(fleet.git.*|/lock)")).toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as(path.toString())
            .isIn("rwx------", "rw-------");
      }
    }
  }

  @Test
  void aRunningServerIsBackedUpAndGitClonesTheBundleInIt() throws Exception {
    Address any = new Address("127.0.0.1", 0);
    ServerConfig config =
        new ServerConfig(state, any, any, false, null, List.of(), ServerLimits.standard());
    try (ServerAssembly _ = ServerAssembly.start(config)) {
      assertThat(back().code()).isZero();
    }
    Path bundle = directory.resolve("repository.bundle");
    try (FileSystem zip = FileSystems.newFileSystem(backup)) {
      Files.copy(zip.getPath("repository.bundle"), bundle);
      assertThat(Files.exists(zip.getPath("files/lock"))).isFalse();
    }
    git.ok("clone", "-q", bundle.toString(), "clone");
    assertThat(directory.resolve("work/clone/a.txt")).hasContent("in its place");
    assertThat(names(directory)).doesNotContain("server.backup.part", "server.backup.part.db");
  }

  @Test
  void anEmptyRepositoryIsRestoredToo() {
    Path empty = directory.resolve("empty");
    RanCommand.of("init", "--state", empty.toString());
    assertThat(RanCommand.of("backup", backup.toString(), "--state", empty.toString()).code())
        .isZero();
    RanCommand done = restore(backup);
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out()).contains("refs      none");
  }

  @Test
  void aBackupThatIsNotAsItWasWrittenIsRefusedAndLeavesNothing() throws Exception {
    assertThat(back().code()).isZero();
    byte[] whole = Files.readAllBytes(backup);
    int refused = 0;
    for (int i = 0; i < 40; i++) {
      int at = (int) ((long) whole.length * i / 40);
      byte[] bad = i % 4 == 0 ? Arrays.copyOf(whole, at) : whole.clone();
      if (i % 4 != 0) {
        bad[at] ^= 0x10;
      }
      RanCommand ran = restore(Files.write(directory.resolve("bad"), bad));
      if (ran.code() == 0) { // a date in the file, or the like
        assertThat(refs(restored)).isEqualTo(refs(state));
        Files.move(restored, directory.resolve("harmless-" + i));
        continue;
      }
      assertThat(ran.code()).as(ran.err()).isEqualTo(1);
      assertThat(ran.err()).startsWith("BACKUP_DAMAGED").doesNotContain("\tat ");
      assertThat(Files.exists(restored) ? names(restored) : List.of()).isEmpty();
      refused++;
    }
    assertThat(refused).isGreaterThan(20);
  }

  @Test
  void aPartThatIsMissingOrThatNobodyWroteIsNoticed() throws IOException {
    assertThat(back().code()).isZero();
    byte[] whole = Files.readAllBytes(backup);
    try (FileSystem zip = FileSystems.newFileSystem(backup)) {
      Files.delete(zip.getPath("files/tls/people.key"));
    }
    assertThat(restore(backup).err()).startsWith("BACKUP_DAMAGED").contains("files/tls/people.key");
    Files.write(backup, whole);
    try (FileSystem zip = FileSystems.newFileSystem(backup)) {
      Files.writeString(zip.getPath("planted"), "x");
    }
    assertThat(restore(backup).err()).startsWith("BACKUP_DAMAGED").contains("planted");
    assertThat(restored).doesNotExist();
  }

  @Test
  void aNewerFormatIsRefusedWithTheVersionToInstall() throws IOException {
    assertThat(back().code()).isZero();
    try (FileSystem zip = FileSystems.newFileSystem(backup)) {
      Path content = zip.getPath("backup.json");
      ObjectNode said = (ObjectNode) PullcordJson.wire().readTree(Files.readAllBytes(content));
      said.put("format", 2).put("version", "9.1.0").put("whatever", true);
      try (OutputStream out = Files.newOutputStream(content)) {
        out.write(said.toString().getBytes(StandardCharsets.UTF_8));
      }
    }
    RanCommand ran = restore(backup);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("BACKUP_NEWER").contains("9.1.0", "format 2", "up to 1");
  }

  @Test
  void halfARestoreIsNotStartedAndIsRunAgain() throws IOException {
    assertThat(back().code()).isZero();
    assertThat(restore(backup).code()).isZero();
    Files.writeString(restored.resolve("restore-unfinished"), "x\n");

    RanCommand started = RanCommand.of("run", "--state", restored.toString());
    assertThat(started.code()).isEqualTo(1);
    assertThat(started.err()).startsWith("RESTORE_UNFINISHED").contains("pullcord-server restore");
    assertThat(RanCommand.of("init", "--state", restored.toString()).err())
        .startsWith("RESTORE_UNFINISHED");

    assertThat(restore(backup).code()).isZero();
    assertThat(whoami(restored)).contains("admin");
  }

  @Test
  void onlyAnEmptyDirectoryIsRestoredInto() throws IOException {
    assertThat(back().code()).isZero();
    Files.createDirectories(restored);
    Files.writeString(restored.resolve("notes.txt"), "mine");
    RanCommand ran = restore(backup);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("STATE_NOT_EMPTY").contains("notes.txt");
    assertThat(restored.resolve("notes.txt")).hasContent("mine");
  }

  @Test
  void whatWasThereStaysUntilTheNewBackupIsWhole() throws IOException {
    Files.writeString(backup, "the one of yesterday");
    Files.delete(state.resolve("tls/people.crt"));
    RanCommand ran = back();
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).startsWith("KEY_MISSING");
    assertThat(backup).hasContent("the one of yesterday");
    assertThat(names(directory)).doesNotContain("server.backup.part", "server.backup.part.db");
  }

  @Test
  void saysWhereThereIsNoServerAndWhereThereIsNoBackup() {
    RanCommand none =
        RanCommand.of("backup", backup.toString(), "--state", directory.resolve("no").toString());
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).startsWith("NOT_INITIALISED");
    assertThat(backup).doesNotExist();

    RanCommand missing = restore(directory.resolve("none.backup"));
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("none.backup").doesNotContain("bug");
  }

  private static List<String> names(Path of) throws IOException {
    try (Stream<Path> entries = Files.list(of)) {
      return entries
          .map(p -> p.getFileName().toString())
          .filter(name -> !name.equals("lock"))
          .toList();
    }
  }
}
