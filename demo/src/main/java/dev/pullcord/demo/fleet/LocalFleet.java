package dev.pullcord.demo.fleet;

import dev.pullcord.demo.process.BuiltPrograms;
import dev.pullcord.demo.process.ProgramCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A control server and agents as processes of their own on this machine, on loopback with free
 * ports, all of their files below one directory. {@link #close} ends every process that it started,
 * the workers included; it is also called when the Java machine ends, so Ctrl-C leaves nothing.
 *
 * <p>Usage: {@link #create}, {@link #startServer}, {@link #addAgents}, {@link #push}. Safe for use
 * by one thread, except {@link #close}.
 */
public final class LocalFleet implements AutoCloseable {
  private final Path directory;
  private final BuiltPrograms programs;
  private final LocalServer server;
  private final LocalAgents agents;
  private final Thread atExit = new Thread(this::end, "end-local-fleet");
  private @Nullable GitClone workTree;

  private LocalFleet(Path directory, BuiltPrograms programs, FleetSetup setup) throws IOException {
    this.directory = directory;
    this.programs = programs;
    this.server = new LocalServer(programs, directory, setup);
    this.agents = new LocalAgents(directory, programs, setup);
  }

  /** Makes a server's state in an empty or missing directory; starts nothing that stays. */
  public static LocalFleet create(Path directory, BuiltPrograms programs) {
    return create(directory, programs, FleetSetup.by(programs, directory));
  }

  /** The same, with a server that is made and nodes that join in that way. */
  public static LocalFleet create(Path directory, BuiltPrograms programs, FleetSetup setup) {
    try {
      Files.createDirectories(directory.resolve("home"));
      LocalFleet fleet = new LocalFleet(directory.toRealPath(), programs, setup);
      Runtime.getRuntime().addShutdownHook(fleet.atExit);
      return fleet;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a fleet in " + directory, e);
    }
  }

  /** A fleet whose server runs and whose agents have joined and been seen. */
  public static LocalFleet started(Path directory, int nodes) {
    return create(directory, BuiltPrograms.ofThisBuild()).started(nodes);
  }

  /** Starts its server, and lets so many agents join and be seen; closes it if that fails. */
  public LocalFleet started(int nodes) {
    try {
      startServer();
      addAgents(nodes);
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Starts the server, on the same ports as before, and returns when it is ready. */
  public void startServer() {
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the server", e);
    }
  }

  /** The server's {@code server.yaml}, from its next start on. */
  public void serverConfig(Path file) {
    server.config(file);
  }

  /** Variables for the server's process, from its next start on. */
  public void serverEnvironment(Map<String, String> more) {
    server.environment(more);
  }

  /** The server's certificate, as a program has to trust it. */
  public Path certificateFile() {
    return server.certificateFile();
  }

  /** Where the server's output goes. */
  public Path serverLog() {
    return server.log();
  }

  /** SIGTERM, and waits for the end. */
  public void stopServer() {
    server.stop();
  }

  /** SIGKILL, and waits for the end. */
  public void killServer() {
    server.kill();
  }

  /** Whether the server's process runs. */
  public boolean isServerAlive() {
    return server.isAlive();
  }

  /** The server's process id. */
  public long serverPid() {
    return server.pid();
  }

  /** Lets so many new nodes join, starts their agents, and waits until the server has seen them. */
  public List<LocalAgent> addAgents(int count) {
    return agents.add(count, api(), agentsUrl());
  }

  /** A node with a name of your own that has not joined; join and start it yourself. */
  public LocalAgent newAgent(String name) {
    return agents.add(name);
  }

  /** All nodes, in the order in which they were added. */
  public List<LocalAgent> agents() {
    return agents.all();
  }

  /** The node of that index, from 0. */
  public LocalAgent agent(int index) {
    return agents.get(index);
  }

  /** Writes files into the fleet's work tree, commits and pushes them to {@code main}. */
  public PushResult push(Map<String, String> files, String message) {
    GitClone tree = workTree();
    tree.write(files);
    tree.commit(message);
    return tree.push(_ -> {});
  }

  /** The fleet's work tree: empty at first, its {@code origin} is the server. */
  public GitClone workTree() {
    if (workTree == null) {
      workTree = GitClone.init(directory, "fleet", access());
    }
    return workTree;
  }

  /** A new clone of what the server has, in a directory of that name. */
  public GitClone newClone(String name) {
    return GitClone.of(directory, name, access());
  }

  /** The people's API. */
  public FleetApi api() {
    return server.api();
  }

  /** The people's port. */
  public String url() {
    return server.url();
  }

  /** The agents' port. */
  public String agentsUrl() {
    return server.agentsUrl();
  }

  /** The admin's token. */
  public String adminToken() {
    return server.adminToken();
  }

  /** The fingerprint of the server's key. */
  public String fingerprint() {
    return server.fingerprint();
  }

  /** The server's state directory. */
  public Path serverState() {
    return server.state();
  }

  /** Where everything of the fleet is. */
  public Path directory() {
    return directory;
  }

  /** Where its programs come from. */
  public BuiltPrograms programs() {
    return programs;
  }

  /** Writes a file that makes a shell know the server, and returns it. */
  public Path writeShellFile() {
    Path file = directory.resolve("env");
    access().writeShellFile(file, programs.root().resolve("build/bin"));
    return file;
  }

  /** Runs {@code pullcord} as the admin. */
  public ProgramCall.Result cli(String... arguments) {
    return cli(_ -> {}, arguments);
  }

  /** As {@link #cli(String...)}, passing each line on as it comes. */
  public ProgramCall.Result cli(Consumer<String> onLine, String... arguments) {
    return cli(Map.of(), onLine, arguments);
  }

  /** Asks for the status once, by a command that leaves its start-up cache. */
  public void trainCli() {
    cli(programs.cliInTraining(), _ -> {}, "status");
  }

  private ProgramCall.Result cli(
      Map<String, String> more, Consumer<String> onLine, String... arguments) {
    List<String> argv = new ArrayList<>(List.of(programs.cli()));
    argv.addAll(List.of(arguments));
    Map<String, String> environment = new HashMap<>(more);
    environment.put("HOME", directory.resolve("home").toString());
    environment.put("XDG_CONFIG_HOME", directory.resolve("home/.config").toString());
    environment.put("PULLCORD_URL", url());
    environment.put("PULLCORD_TOKEN", adminToken());
    environment.put("PULLCORD_FINGERPRINT", fingerprint());
    return ProgramCall.of(directory, environment, argv).run(onLine);
  }

  private ServerAccess access() {
    return new ServerAccess(
        url(), server.certificateFile(), adminToken(), fingerprint(), directory.resolve("home"));
  }

  /** The processes of this fleet that run, by name and pid: server, agents, workers. */
  public List<String> living() {
    List<String> living = new ArrayList<>();
    if (server.isAlive()) {
      living.add("server " + server.pid());
    }
    for (LocalAgent agent : agents.all()) {
      if (agent.isAlive()) {
        living.add("agent " + agent.name() + " " + agent.pid());
      }
      agent.workers().forEach(w -> living.add("worker of " + agent.name() + " " + w.pid()));
    }
    return living;
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // the Java machine is ending, and the hook waits for the lock that end() had
    }
  }

  private synchronized void end() {
    agents.end();
    server.close();
  }
}
