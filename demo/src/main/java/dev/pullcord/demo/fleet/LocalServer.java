package dev.pullcord.demo.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.client.PresentedCertificate;
import dev.pullcord.client.ServerClient;
import dev.pullcord.client.ServerCredentials;
import dev.pullcord.client.ServerUrl;
import dev.pullcord.client.tls.Fingerprint;
import dev.pullcord.demo.process.BuiltPrograms;
import dev.pullcord.demo.process.Child;
import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The control server's process. Its ports are free ones at first and stay the same afterwards. */
final class LocalServer {
  private static final String HOST = "127.0.0.1";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final BuiltPrograms programs;
  private final Path state;
  private final Path log;
  private final Path certificateFile;
  private final String adminToken;
  private final String fingerprint;
  private Map<String, String> environment;
  private int peoplePort;
  private int agentsPort;
  private @Nullable Path config;
  private @Nullable FleetApi api;
  private @Nullable Child process;

  /** Makes the state directory, or takes the one that is there from a run before. */
  LocalServer(BuiltPrograms programs, Path directory, FleetSetup setup) throws IOException {
    this.programs = programs;
    this.state = directory.resolve("server");
    this.log = directory.resolve("server.log");
    this.certificateFile = directory.resolve("trust/server.pem");
    this.environment = programs.serverEnvironment();
    JsonNode said = PullcordJson.wire().readTree(setup.makeServer(state));
    this.adminToken = said.path("adminToken").asText();
    this.fingerprint = said.path("fingerprint").asText();
    if (adminToken.isEmpty() || fingerprint.isEmpty()) {
      throw new IOException("pullcord-server init printed no adminToken and fingerprint");
    }
  }

  void config(Path file) {
    config = file;
  }

  void environment(Map<String, String> more) {
    environment = Map.copyOf(more);
  }

  /** Starts it and returns once it answers. */
  void start() throws IOException {
    Path ports = state.resolve("ports.json");
    Files.deleteIfExists(ports);
    List<String> command = new ArrayList<>(List.of(programs.server(), "run"));
    command.addAll(List.of("--state", state.toString()));
    command.addAll(List.of("--listen", HOST + ":" + peoplePort));
    command.addAll(List.of("--agents", HOST + ":" + agentsPort));
    if (config != null) {
      command.addAll(List.of("--config", config.toString()));
    }
    Child started = Child.start(command, state, environment, log);
    process = started;
    Waiting.until("the server is ready", START_LIMIT, () -> alive(started) && Files.exists(ports));
    JsonNode said = PullcordJson.wire().readTree(Files.readString(ports));
    peoplePort = said.path("people").asInt();
    agentsPort = said.path("agents").asInt();
    if (api == null) {
      api = new FleetApi(connect());
    }
    FleetApi ready = api;
    Waiting.until("the server is ready", START_LIMIT, () -> alive(started) && ready.isReady());
  }

  /** Keeps the certificate for git, once its key is the one that {@code init} printed. */
  private ServerClient connect() throws IOException {
    ServerUrl address = ServerUrl.parse(url());
    Fingerprint expected = Fingerprint.parse(fingerprint);
    PresentedCertificate presented = PresentedCertificate.of(address);
    if (!presented.fingerprint().equals(expected)) {
      throw new IOException(
          "the server shows key " + presented.fingerprint() + ", init printed " + expected);
    }
    Files.createDirectories(certificateFile.getParent());
    Files.writeString(certificateFile, presented.pem());
    Path hashed = certificateFile.resolveSibling(PresentedCertificate.HASHED_NAME);
    Files.writeString(hashed, presented.pem());
    return new ServerClient(new ServerCredentials(address, adminToken, expected), System::nanoTime);
  }

  private boolean alive(Child started) {
    if (!started.isAlive()) {
      throw new IllegalStateException("the server ended:\n" + started.lastLines());
    }
    return true;
  }

  void stop() {
    if (process != null) {
      process.stop(programs.stopLimit());
    }
  }

  void kill() {
    if (process != null) {
      process.kill();
    }
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  long pid() {
    if (process == null) {
      throw new IllegalStateException("the server was not started");
    }
    return process.pid();
  }

  FleetApi api() {
    if (api == null) {
      throw new IllegalStateException("the server was not started");
    }
    return api;
  }

  String url() {
    return "https://" + HOST + ":" + peoplePort;
  }

  String agentsUrl() {
    return "https://" + HOST + ":" + agentsPort;
  }

  Path state() {
    return state;
  }

  Path log() {
    return log;
  }

  Path certificateFile() {
    return certificateFile;
  }

  String adminToken() {
    return adminToken;
  }

  String fingerprint() {
    return fingerprint;
  }

  void close() {
    try {
      stop();
    } catch (UncheckedIOException e) {
      kill();
    }
    if (api != null) {
      api.client().close();
    }
  }
}
