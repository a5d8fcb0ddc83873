package dev.pullcord.systemtests.promises;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.systemtests.promises.disk.Killed;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is between nodes and servers: messages are late, and so come in another order; they are
 * dropped and doubled; a link is cut in one direction or both.
 */
final class SeededNetwork {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final SeededWorld world;
  private final SeededRun run;
  private final Set<String> cut = new HashSet<>();

  SeededNetwork(SeededWorld world, SeededRun run) {
    this.world = world;
    this.run = run;
  }

  /** What came of a request; all null when no answer came. */
  record Reply<T>(@Nullable T value, @Nullable Refusal refusal, boolean standby) {}

  void cut(String node, int directions) {
    if ((directions & 1) != 0) {
      cut.add("to " + node);
    }
    if ((directions & 2) != 0) {
      cut.add("from " + node);
    }
  }

  boolean isCut(String node) {
    return cut.contains("to " + node) || cut.contains("from " + node);
  }

  void heal() {
    cut.clear();
  }

  void heal(String node) {
    cut.remove("to " + node);
    cut.remove("from " + node);
  }

  private boolean arrives(String direction) {
    return !cut.contains(direction) && !(run.faulty() && world.chance(20));
  }

  private long delay() {
    return run.faulty() && world.chance(12) ? world.between(200, 9_000) : world.between(1, 40);
  }

  /** A request to the place of a server, and its answer or none within its time. */
  <T> void ask(
      String node, int place, Function<SeededServer, T> request, Consumer<Reply<T>> answered) {
    boolean[] done = new boolean[1];
    Consumer<Reply<T>> once =
        reply -> {
          if (!done[0]) {
            done[0] = true;
            answered.accept(reply);
          }
        };
    world.in(TIMEOUT, () -> once.accept(new Reply<>(null, null, false)));
    int copies = run.faulty() && world.chance(15) ? 2 : 1;
    for (int copy = 0; copy < copies; copy++) {
      if (arrives("from " + node)) {
        world.in(delay(), () -> arrived(node, place, request, once));
      }
    }
  }

  private <T> void arrived(
      String node, int place, Function<SeededServer, T> request, Consumer<Reply<T>> once) {
    SeededServer server = run.server(place);
    if (server == null) {
      back(node, new Reply<>(null, null, true), once);
      return;
    }
    try {
      back(node, new Reply<>(request.apply(server), null, false), once);
    } catch (Refusal refusal) {
      back(node, new Reply<>(null, refusal, false), once);
    } catch (StoreException e) {
      back(node, new Reply<>(null, null, true), once);
    } catch (Killed e) {
      run.serverDied(server, e.getMessage());
    }
  }

  private <T> void back(String node, Reply<T> reply, Consumer<Reply<T>> once) {
    if (arrives("to " + node)) {
      world.in(delay(), () -> once.accept(reply));
    }
  }

  /** An event of a stream; what is lost is not sent again. */
  void event(String node, DesiredState desired, Consumer<DesiredState> stream) {
    if (arrives("to " + node)) {
      world.in(delay(), () -> stream.accept(desired));
    }
  }
}
