package dev.pullcord.server;

import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.host.DiskRoom;
import dev.pullcord.server.http.Listener;
import dev.pullcord.server.http.PortProbe;
import dev.pullcord.server.metrics.HealthChecks;
import dev.pullcord.server.metrics.HealthEndpoint;
import dev.pullcord.server.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Makes what the server checks of itself: for {@code /readyz}, and for the watch over itself. */
final class OwnHealth {
  private static final Duration ONE_MAX = Duration.ofSeconds(2);
  private static final Duration ALL_MAX = Duration.ofSeconds(5);

  private OwnHealth() {}

  /**
   * The answers for people and load balancers.
   *
   * @param current whether the server answers from what it remembers; without its lease it does not
   */
  static HealthEndpoint endpoint(
      Store store, RepositoryStore repository, Path state, Listener agents, BooleanSupplier current)
      throws IOException {
    PortProbe port = agents.probe();
    List<HealthChecks.Check> checks =
        List.of(
            new HealthChecks.Check("disk", () -> DiskRoom.prove(state)),
            new HealthChecks.Check("store's writer", () -> touch(store)),
            new HealthChecks.Check(
                "store's readers", () -> store.read(tables -> tables.refs().all().size())),
            new HealthChecks.Check("lease of the store", () -> held(current)),
            new HealthChecks.Check("repository", repository::defaultBranch),
            new HealthChecks.Check("agents' port", () -> port.run(ONE_MAX)));
    return new HealthEndpoint(new HealthChecks(checks, ALL_MAX, System::nanoTime));
  }

  /** A watch that has begun. */
  static SelfWatch watch(Store store, Listener people, Listener agents) throws IOException {
    Map<String, PortProbe> ports = new LinkedHashMap<>();
    ports.put("the people's port", people.probe());
    ports.put("the agents' port", agents.probe());
    return new SelfWatch(store, ports);
  }

  private static void held(BooleanSupplier current) throws IOException {
    if (!current.getAsBoolean()) {
      throw new IOException("the lease is over, and not renewed yet");
    }
  }

  private static void touch(Store store) throws Exception {
    store
        .submit(tables -> {
          tables.touch();
          return true;
        })
        .get(ONE_MAX.toMillis(), TimeUnit.MILLISECONDS);
  }
}
