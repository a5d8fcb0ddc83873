package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.config.ServerLimits;
import dev.pullcord.server.http.Address;
import dev.pullcord.server.security.tls.TlsKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ServerMainTest {
  @TempDir Path directory;

  private RanCommand init() {
    return RanCommand.of("init", "--state", directory.resolve("state").toString(), "-o", "json");
  }

  private ServerConfig config() {
    Address any = new Address("127.0.0.1", 0);
    return new ServerConfig(
        directory.resolve("state"), any, any, false, null, List.of(), ServerLimits.standard());
  }

  @Test
  void makesAServerOnce() throws IOException {
    RanCommand first = init();
    assertThat(first.code()).as(first.err()).isZero();
    JsonNode said = PullcordJson.wire().readTree(first.out());
    assertThat(said.path("adminToken").asText()).startsWith("pct_");
    Path tls = directory.resolve("state/tls");
    assertThat(said.path("fingerprint").asText())
        .isEqualTo(TlsKeys.load(tls, "people").pin())
        .isNotEqualTo(TlsKeys.load(tls, "agents").pin());
    assertThat(Files.readString(directory.resolve("state/repositories/fleet.git/HEAD")).strip())
        .isEqualTo("ref: refs/heads/main");

    RanCommand second = init();
    assertThat(second.code()).isEqualTo(2);
    assertThat(second.err()).startsWith("ALREADY_INITIALISED").doesNotContain("\tat ");
    assertThat(second.out()).isEmpty();
  }

  @Test
  void anErrorInACommandIsABugAndNotAFailure() throws IOException {
    StringWriter err = new StringWriter();
    CommandLine line = ServerMain.commandLine().setErr(new PrintWriter(err, true));
    line.addSubcommand("deep", new Overflowing());
    assertThat(ServerMain.execute(line, (_, _) -> {}, "deep")).isEqualTo(70);
    assertThat(err.toString().lines().toList())
        .singleElement()
        .asString()
        .startsWith("this is a bug in pullcord-server: java.lang.StackOverflowError");
    Path details = Path.of(err.toString().strip().replaceFirst(".*; details are in ", ""));
    assertThat(details).content().contains("planted");
    Files.delete(details);
  }

  @CommandLine.Command(name = "deep")
  private static final class Overflowing implements Runnable {
    @Override
    public void run() {
      throw new StackOverflowError("planted");
    }
  }

  @Test
  void doesNotTakeAStoreThatWasLostForANewOne() throws IOException {
    init();
    Path store = directory.resolve("state/store.db");
    String state = directory.resolve("state").toString();

    Files.write(store, new byte[0]);
    RanCommand empty = RanCommand.of("run", "--state", state);
    assertThat(empty.code()).isEqualTo(1);
    assertThat(empty.err()).startsWith("DB_EMPTY  ").contains("fleet.git", "from a backup");
    assertThat(Files.size(store)).isZero();
    assertThat(init().err()).startsWith("DB_EMPTY  ");

    Files.delete(store);
    RanCommand missing = RanCommand.of("run", "--state", state);
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).startsWith("DB_MISSING  ").contains("fleet.git", "from a backup");
    assertThat(init().err()).startsWith("DB_MISSING  ");
    assertThat(store).doesNotExist();
  }

  @Test
  void doesNotStartWithoutItsKeyAndSaysWhich() throws IOException {
    init();
    Path key = directory.resolve("state/tls/agents.key");
    Files.delete(key);

    RanCommand ran = RanCommand.of("run", "--state", directory.resolve("state").toString());

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).startsWith("KEY_MISSING  " + key).doesNotContain("bug", "Exception");
  }

  @Test
  void keepsTheStateToItself() throws IOException {
    init();
    assertThat(PosixFilePermissions.toString(mode("state"))).isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(mode("state/tls/people.key"))).isEqualTo("rw-------");
  }

  private java.util.Set<java.nio.file.attribute.PosixFilePermission> mode(String path)
      throws IOException {
    return Files.getPosixFilePermissions(directory.resolve(path));
  }

  @Test
  void servesWhatItMadeAndLetsTheAdminIn() throws IOException {
    String token = PullcordJson.wire().readTree(init().out()).path("adminToken").asText();
    OkHttpClient client = TestServer.client(null);
    try (ServerAssembly server = ServerAssembly.start(config())) {
      JsonNode ports = PullcordJson.wire().readTree(directory.resolve("state/ports.json").toFile());
      String url = ports.path("peopleUrl").asText();
      assertThat(server.readyLine())
          .isEqualTo("ready people=" + url + " agents=" + ports.path("agentsUrl").asText());
      Request request =
          new Request.Builder()
              .url(url + "/api/v1/whoami")
              .header("Authorization", "Bearer " + token)
              .build();
      try (Response response = client.newCall(request).execute()) {
        assertThat(response.body().string()).contains("\"role\":\"admin\"");
      }
      try (Response response =
          client.newCall(new Request.Builder().url(url + "/readyz").build()).execute()) {
        assertThat(response.code()).isEqualTo(200);
      }
    }
  }

  @Test
  void refusesASecondServerOnTheSameState() throws IOException {
    init();
    try (ServerAssembly _ = ServerAssembly.start(config())) {
      RanCommand second = RanCommand.of("run", "--state", directory.resolve("state").toString());
      assertThat(second.code()).isEqualTo(1);
      assertThat(second.err())
          .contains(
              "is in use by another pullcord-server, process " + ProcessHandle.current().pid());
    }
    try (ServerAssembly _ = ServerAssembly.start(config())) {
      assertThat(Files.exists(directory.resolve("state/lock"))).isTrue();
    }
  }

  @Test
  void namesThePortThatIsTaken() throws IOException {
    init();
    try (ServerAssembly server = ServerAssembly.start(config())) {
      String taken = server.readyLine().replaceAll(".*agents=https://", "");
      RanCommand.of("init", "--state", directory.resolve("other").toString());
      RanCommand other =
          RanCommand.of(
              "run",
              "--state",
              directory.resolve("other").toString(),
              "--listen",
              "127.0.0.1:0",
              "--agents",
              taken);
      assertThat(other.code()).isEqualTo(1);
      assertThat(other.err()).startsWith("BIND  cannot listen on " + taken);
    }
  }

  @Test
  void removesWhatAKillLeftInTheRepository() throws IOException {
    init();
    Path repository = directory.resolve("state/repositories/fleet.git");
    Files.createDirectories(repository.resolve("refs/heads"));
    Files.createFile(repository.resolve("refs/heads/main.lock"));
    Files.createFile(repository.resolve("objects/pack/incoming_1.pack"));
    try (ServerAssembly _ = ServerAssembly.start(config());
        Stream<Path> files = Files.walk(repository)) {
      assertThat(files.map(p -> p.getFileName().toString()))
          .noneMatch(n -> n.endsWith(".lock") || n.startsWith("incoming_"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "doctor", "backup to.tar"})
  void doesNothingInALocaleInWhichItCannotSeeABranchWhoseNameIsNotAscii(String verb)
      throws IOException, InterruptedException {
    List<String> argv =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                ServerMain.class.getName()));
    argv.addAll(List.of(verb.split(" ")));
    argv.addAll(List.of("--state", directory.resolve("state").toString()));
    ProcessBuilder child = new ProcessBuilder(argv).redirectErrorStream(true);
    child.environment().put("LC_ALL", "C");
    Process process = child.start();
    process.getOutputStream().close();

    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("LOCALE  in a locale of ANSI_X3.4-1968", "LC_ALL=C.UTF-8");
    assertThat(process.waitFor()).isEqualTo(2);
  }

  @Test
  void saysHowToMakeAServerWhereThereIsNone() {
    RanCommand ran = RanCommand.of("run", "--state", directory.resolve("nothing").toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("NOT_INITIALISED").contains("pullcord-server init --state");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run --lisen a",
        "run --listen 8420",
        "run --plain-http --listen 10.0.0.1:1",
        "run --config /nowhere.yaml",
        "init --state /tmp/x --host a/b",
        "init -o xml",
        "start",
        ""
      })
  void endsWithTwoOnWrongUsage(String line) {
    RanCommand ran = RanCommand.of(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(ran.code()).as(ran.err()).isEqualTo(2);
    assertThat(ran.err()).isNotBlank().doesNotContain("\tat ");
  }

  @Test
  void refusesARepositoryNameThatIsAPath() {
    RanCommand ran =
        RanCommand.of(
            "init", "--state", directory.resolve("s").toString(), "--repository", "../../etc");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("repository name");
  }
}
