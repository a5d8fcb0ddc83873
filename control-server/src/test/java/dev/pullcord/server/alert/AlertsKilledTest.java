package dev.pullcord.server.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.outbox.Receiver;
import dev.pullcord.server.alert.outbox.TestDeliveries;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import dev.pullcord.server.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed between an event and its delivery, at each call that could matter: before
 * and after each transaction, and before and after each delivery.
 */
class AlertsKilledTest {
  private static final int KILLS = Boolean.getBoolean("pullcord.full") ? 100 : 15;
  private static final String[] NODES = {"a", "b", "c"};

  @TempDir Path directory;

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Counts the moments, and ends the server at one of them. */
  private static final class Moments {
    private long left;
    private int passed;
    private int kills;

    Moments(long killAt) {
      left = killAt;
    }

    void pass() {
      passed++;
      if (--left == 0) {
        kills++;
        throw new Killed();
      }
    }
  }

  private record KillableStore(Store store, Moments moments) implements Store {
    @Override
    public <T extends @Nullable Object> CompletableFuture<T> submit(Task<T> task) {
      moments.pass();
      CompletableFuture<T> done = store.submit(task);
      done.join();
      moments.pass();
      return done;
    }

    @Override
    public <T extends @Nullable Object> T read(Task<T> task) {
      return store.read(task);
    }

    @Override
    public void close() {}
  }

  /** A receiver that remembers, and is away now and then. */
  private static final class Mailbox implements Receiver {
    private final List<NewMessage> got = new ArrayList<>();
    private final Moments moments;
    private int calls;

    Mailbox(Moments moments) {
      this.moments = moments;
    }

    @Override
    public Delivery deliver(NewMessage message) {
      moments.pass();
      if (++calls % 3 == 0) {
        return new Delivery.Later("it is away");
      }
      got.add(message);
      moments.pass();
      return new Delivery.Done();
    }

    List<String> distinct() {
      Set<String> seen = new LinkedHashSet<>();
      List<String> titles = new ArrayList<>();
      for (NewMessage message : got) {
        if (seen.add(message.messageId())) {
          titles.add(message.title());
        }
      }
      return titles;
    }

    int duplicates() {
      return got.size() - distinct().size();
    }
  }

  private final class Life {
    private final AlertRig rig;
    private final Moments moments;
    private final Mailbox mailbox;

    Life(Path at, Moments moments) {
      this.rig = new AlertRig(at, AlertRig.ALL);
      this.moments = moments;
      this.mailbox = new Mailbox(moments);
      try {
        live();
      } catch (Killed _) {
        restart();
      }
    }

    private void live() {
      rig.loop = rig.loop(new KillableStore(rig.fleet.store, moments));
    }

    /** Time passes; whoever is killed is started again. */
    void pass(Duration time) {
      for (long s = 0; s < time.toSeconds(); s += 10) {
        rig.fleet.advance(Duration.ofSeconds(10));
        for (String node : NODES) {
          rig.fleet.model.seen(rig.fleet.record(node).id());
        }
        try {
          rig.look();
          Store store = new KillableStore(rig.fleet.store, moments);
          TestDeliveries.all(store, rig.fleet.clock, "ops", mailbox);
        } catch (Killed _) {
          restart();
        }
      }
    }

    private void restart() {
      try {
        rig.restart();
        live();
      } catch (Killed _) {
        restart();
      }
    }
  }

  /** A story with each kind of message; three failures, one of them grouped, and two pushes. */
  private Mailbox live(Path at, Moments moments) {
    Life life = new Life(at, moments);
    AlertRig rig = life.rig;
    rig.fleet.join(NODES);
    rig.fleet.start(NODES);
    rig.push(1);
    rig.fleet.converge(NODES);
    life.pass(Duration.ofMinutes(1));
    rig.say("a", NodeState.FAILED, "worker grep exited 1");
    rig.say("b", NodeState.FAILED, "worker grep exited 1");
    life.pass(Duration.ofMinutes(1));
    rig.fleet.converge("a", "b");
    life.pass(Duration.ofMinutes(4));
    rig.push(2);
    rig.fleet.converge("a", "b");
    rig.say("c", NodeState.ROLLED_BACK, "check exited 3");
    life.pass(Duration.ofMinutes(1));
    rig.fleet.operations.nodes().retry(TestFleet.ADA, rig.name("c"));
    rig.fleet.converge("c");
    life.pass(Duration.ofMinutes(1));
    rig.push(3);
    rig.say("a", NodeState.ROLLED_BACK, "check exited 4");
    rig.fleet.converge("b", "c");
    life.pass(Duration.ofMinutes(1));
    rig.push(4);
    rig.fleet.converge(NODES);
    life.pass(Duration.ofMinutes(3));
    assertThat(rig.fleet.store.<Integer>read(t -> t.outbox().waiting().size())).isZero();
    rig.close();
    return life.mailbox;
  }

  @Test
  void everyEventIsToldInOrderAndAKillCostsAtMostOneDuplicate() {
    Moments counted = new Moments(0);
    List<String> expected = live(directory.resolve("whole"), counted).distinct();
    assertThat(expected).hasSize(8);
    double step = (double) counted.passed / KILLS;
    int kills = 0;
    for (int i = 0; i < KILLS; i++) {
      int at = 1 + (int) (i * step);
      Moments moments = new Moments(at);
      Mailbox mailbox = live(directory.resolve("killed-" + i), moments);
      kills += moments.kills;
      assertThat(mailbox.distinct()).as("killed at " + at).isEqualTo(expected);
      assertThat(mailbox.duplicates()).as("killed at " + at).isLessThanOrEqualTo(moments.kills);
    }
    assertThat(kills).isGreaterThanOrEqualTo(KILLS);
  }
}
