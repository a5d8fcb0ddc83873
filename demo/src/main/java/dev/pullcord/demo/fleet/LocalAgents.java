package dev.pullcord.demo.fleet;

import dev.pullcord.demo.process.BuiltPrograms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** The agents of a fleet, in the order in which they were added. Not safe for many threads. */
final class LocalAgents {
  private static final Duration CONTACT_LIMIT = Duration.ofSeconds(60);

  private final Path directory;
  private final BuiltPrograms programs;
  private final FleetSetup setup;
  private final List<LocalAgent> agents = new ArrayList<>();

  LocalAgents(Path directory, BuiltPrograms programs, FleetSetup setup) {
    this.directory = directory;
    this.programs = programs;
    this.setup = setup;
  }

  /** Lets so many new nodes join, starts their agents, and waits until the server has seen them. */
  List<LocalAgent> add(int count, FleetApi api, String agentsUrl) {
    String token = api.invite(count).token();
    List<LocalAgent> added = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      added.add(add("node-" + (agents.size() + 1)));
    }
    inParallel(added, agent -> joinAndStart(agent, agentsUrl, token));
    Waiting.until(
        "the server has seen " + count + " more nodes", CONTACT_LIMIT, () -> allSeen(added, api));
    return added;
  }

  /** A node that has not joined. */
  LocalAgent add(String name) {
    LocalAgent agent = new LocalAgent(programs, directory, name);
    agents.add(agent);
    return agent;
  }

  List<LocalAgent> all() {
    return List.copyOf(agents);
  }

  LocalAgent get(int index) {
    return agents.get(index);
  }

  /** Ends them all, and their workers. */
  void end() {
    inParallel(agents, LocalAgent::end);
  }

  private void joinAndStart(LocalAgent agent, String agentsUrl, String token) {
    setup.join(agent, agentsUrl, token);
    agent.start();
  }

  private static boolean allSeen(List<LocalAgent> added, FleetApi api) {
    for (LocalAgent agent : added) {
      if (!agent.isAlive()) {
        throw new IllegalStateException(agent.name() + " ended:\n" + agent.lastLines());
      }
    }
    List<String> seen =
        api.nodes().stream()
            .filter(node -> node.lastSeen() != null)
            .map(node -> node.name().value())
            .toList();
    return added.stream().allMatch(agent -> seen.contains(agent.name()));
  }

  private static void inParallel(List<LocalAgent> agents, Consumer<LocalAgent> action) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> all =
          agents.stream()
              .map(agent -> CompletableFuture.runAsync(() -> action.accept(agent), threads))
              .toList();
      all.forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
