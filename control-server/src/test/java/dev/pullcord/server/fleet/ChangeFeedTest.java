package dev.pullcord.server.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.NodeName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeFeedTest {
  private static final FleetChange A = new FleetChange(new NodeName("a"));
  private static final FleetChange B = new FleetChange(new NodeName("b"));

  private final Deque<Runnable> later = new ArrayDeque<>();
  private final ChangeFeed feed = new ChangeFeed(later::add);
  private final List<FleetChange> heard = new ArrayList<>();

  @Test
  void changesOfOneNodeThatNobodyHeardOfAreOne() {
    feed.subscribe(heard::add);
    for (int i = 0; i < 1000; i++) {
      feed.publish(A);
    }
    feed.publish(B);

    assertThat(heard).isEmpty();
    assertThat(later).hasSize(1);
    later.remove().run();
    assertThat(heard).containsExactly(A, B);
  }

  @Test
  void changeThatComesWhileListenersAreToldIsToldToo() {
    feed.subscribe(change -> {
      heard.add(change);
      if (change.equals(A)) {
        feed.publish(B);
      }
    });
    feed.publish(A);
    later.remove().run();

    assertThat(heard).containsExactly(A, B);
    feed.publish(A);
    assertThat(later).hasSize(1);
  }

  @Test
  void oneOfTwoEqualSubscriptionsCanEnd() {
    FleetChange.Subscription one = feed.subscribe(heard::add);
    feed.subscribe(heard::add);
    one.close();
    one.close();
    feed.publish(A);
    later.remove().run();

    assertThat(heard).containsExactly(A);
  }
}
