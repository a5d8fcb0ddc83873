package dev.pullcord.systemtests;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.pullcord.client.AccessCalls;
import dev.pullcord.client.ServerClient;
import dev.pullcord.client.ServerCredentials;
import dev.pullcord.client.ServerReply;
import dev.pullcord.client.ServerUrl;
import dev.pullcord.client.tls.Fingerprint;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.BuiltPrograms;
import dev.pullcord.demo.process.Child;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.InvitationView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One of several servers on one database: a process, and a client of it. */
final class DatabaseServer implements AutoCloseable {
  private static final BuiltPrograms PROGRAMS = BuiltPrograms.ofThisBuild();

  private final Path directory;
  private final String name;
  private final String token;
  private final String fingerprint;
  private final int people = free();
  private final int agents = free();
  private final ServerClient client;
  private String database;
  private @Nullable Child process;

  private DatabaseServer(
      Path directory, String name, String token, String fingerprint, String database)
      throws IOException {
    this.directory = directory;
    this.name = name;
    this.token = token;
    this.fingerprint = fingerprint;
    this.database = database;
    ServerUrl url = ServerUrl.parse(url());
    client =
        new ServerClient(
            new ServerCredentials(url, token, Fingerprint.parse(fingerprint)), System::nanoTime);
  }

  /** Makes the first one, and moves its store there; it does not run yet. */
  static DatabaseServer make(Path directory, String database) throws IOException {
    Path state = directory.resolve("one");
    String said = new SetupInProcess().makeServer(state);
    String token = PullcordJson.wire().readTree(said).path("adminToken").asText();
    String fingerprint = PullcordJson.wire().readTree(said).path("fingerprint").asText();
    DatabaseServer one = new DatabaseServer(directory, "one", token, fingerprint, database);
    run(
        directory,
        "migrate-store",
        "--state",
        state.toString(),
        "--config",
        one.config().toString());
    return one;
  }

  /** Moves the store of a fleet's server there, and starts the server again. */
  static void move(LocalFleet fleet, String database) throws IOException {
    Path config =
        Files.writeString(fleet.directory().resolve("server.yaml"), "store: " + database + "\n");
    fleet.stopServer();
    run(
        fleet.directory(),
        "migrate-store",
        "--state",
        fleet.serverState().toString(),
        "--config",
        config.toString());
    fleet.serverConfig(config);
    fleet.startServer();
  }

  /** Another one beside a fleet's server: with agents' keys of its own, and the people's keys. */
  static DatabaseServer beside(LocalFleet fleet, Path directory, String database)
      throws IOException {
    Path state = directory.resolve("two");
    new SetupInProcess().makeServer(state);
    for (String key : List.of("tls/people.key", "tls/people.crt", "store.json")) {
      Files.copy(fleet.serverState().resolve(key), state.resolve(key), REPLACE_EXISTING);
    }
    Files.delete(state.resolve("store.db"));
    return new DatabaseServer(directory, "two", fleet.adminToken(), fleet.fingerprint(), database);
  }

  /** Another one with a copy of the state directory. */
  DatabaseServer copy(String other) throws IOException {
    ProgramCall.of(directory, Map.of(), List.of("cp", "-a", name, other)).runOrFail();
    return new DatabaseServer(directory, other, token, fingerprint, database);
  }

  String database() {
    return database;
  }

  /** Reaches its database at another port, from its next start on. */
  void databaseAt(int port) {
    database = database.replaceFirst(":\\d+/", ":" + port + "/");
  }

  private static ProgramCall.Result run(Path directory, String... arguments) {
    List<String> argv = new ArrayList<>(List.of(PROGRAMS.server()));
    argv.addAll(List.of(arguments));
    return ProgramCall.of(directory, Map.of(), argv).runOrFail();
  }

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Path config() throws IOException {
    return Files.writeString(directory.resolve(name + ".yaml"), "store: " + database + "\n");
  }

  void start() throws IOException {
    start(PROGRAMS.serverEnvironment());
  }

  /** With so small a heap, {@code 64m}. */
  void startSmall(String heap) throws IOException {
    start(Map.of("PULLCORD_JAVA_OPTS", "-Xmx" + heap));
  }

  /** With one of its threads failing at its first work. */
  void startWithout(String thread) throws IOException {
    start(Map.of("PULLCORD_JAVA_OPTS", "-Dpullcord.fail-thread=" + thread));
  }

  private void start(Map<String, String> environment) throws IOException {
    List<String> argv = new ArrayList<>(List.of(PROGRAMS.server(), "run"));
    argv.addAll(List.of("--state", directory.resolve(name).toString()));
    argv.addAll(List.of("--config", config().toString()));
    argv.addAll(List.of("--listen", "127.0.0.1:" + people, "--agents", "127.0.0.1:" + agents));
    process = Child.start(argv, directory, environment, log());
  }

  String url() {
    return "https://127.0.0.1:" + people;
  }

  Path log() {
    return directory.resolve(name + ".log");
  }

  boolean isReady() {
    return client.ready() instanceof ServerReply.Got;
  }

  /** Whether it answers that another one is active. */
  boolean isStandby() {
    return client.ready().refusal().filter(no -> no.code().equals("STANDBY")).isPresent();
  }

  private Child process() {
    return Objects.requireNonNull(process);
  }

  void kill() {
    process().kill();
  }

  int stop() {
    return process().stop(Duration.ofSeconds(10));
  }

  boolean isAlive() {
    return process().isAlive();
  }

  boolean ended(Duration limit) {
    return process().ended(limit);
  }

  int exit() {
    return process().exit();
  }

  /** SIGSTOP or SIGCONT. */
  void signal(String signal) {
    ProgramCall.of(directory, Map.of(), List.of("kill", signal, Long.toString(process().pid())))
        .runOrFail();
  }

  /** A change that is easy to find again: an invitation for nodes of that name. */
  ServerReply<Invitation> note(String what) {
    return new AccessCalls(client).invite(new Invitation.Request(what, null, null, 1, null));
  }

  /** A token with which so many nodes join. */
  String invite(int uses) {
    return new AccessCalls(client)
        .invite(new Invitation.Request(null, null, null, uses, null))
        .orThrow()
        .token();
  }

  /** The header by which git is let in. */
  String basic() {
    byte[] user = ("ada:" + token).getBytes(StandardCharsets.UTF_8);
    return "Authorization: Basic " + Base64.getEncoder().encodeToString(user);
  }

  List<String> notes() {
    return names(new AccessCalls(client).invitations().orThrow());
  }

  /** The same; nothing where it does not answer. */
  List<String> noted() {
    return new AccessCalls(client).invitations()
            instanceof ServerReply.Got<InvitationView.All>(InvitationView.All all)
        ? names(all)
        : List.of();
  }

  private static List<String> names(InvitationView.All all) {
    return all.invitations().stream().map(InvitationView::namePattern).toList();
  }

  String agentsUrl() {
    return "https://127.0.0.1:" + agents;
  }

  ServerClient client() {
    return client;
  }

  ServerReply<Fleet> fleet() {
    return client.fleet();
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      process.kill();
    }
    client.close();
  }
}
