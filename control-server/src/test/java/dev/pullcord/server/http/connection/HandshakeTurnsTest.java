package dev.pullcord.server.http.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandshakeTurnsTest {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(60));

  private final HandshakeTurns turns = new HandshakeTurns(2);
  private final List<String> served = Collections.synchronizedList(new ArrayList<>());

  private Thread waits(String name, boolean hasBegun) {
    int before = turns.waiting();
    Thread thread =
        Thread.startVirtualThread(() -> {
          HandshakeTurns.Turn turn = turns.take(hasBegun);
          served.add(name);
          turn.end();
        });
    SOON.isTrue(name + " waits", () -> turns.waiting() == before + 1);
    return thread;
  }

  @Test
  void everyOtherTurnIsForWhoHasBegunAndTheOthersKeepTheirOrder() throws Exception {
    HandshakeTurns.Turn one = turns.take(false);
    HandshakeTurns.Turn two = turns.take(false);
    List<Thread> waiting =
        List.of(
            waits("first", false),
            waits("second", false),
            waits("third", false),
            waits("begun", true),
            waits("begun too", true));
    one.end();
    for (Thread thread : waiting) {
      thread.join();
    }
    two.end();
    assertThat(served).containsExactly("begun", "first", "begun too", "second", "third");
    assertThat(turns.waiting()).isZero();
  }

  @Test
  void aTurnThatEndsTwiceFreesOnePlace() throws Exception {
    HandshakeTurns.Turn one = turns.take(false);
    HandshakeTurns.Turn two = turns.take(false);
    one.end();
    one.end();
    HandshakeTurns.Turn three = turns.take(false);
    Thread fourth = waits("fourth", false);
    assertThat(served).isEmpty();
    two.end();
    fourth.join();
    three.end();
    assertThat(served).containsExactly("fourth");
  }
}
