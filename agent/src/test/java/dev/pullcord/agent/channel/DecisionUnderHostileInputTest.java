package dev.pullcord.agent.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.testkit.hostile.HostileInputs;
import dev.pullcord.testkit.hostile.ParserTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged {@code desired.json} is no decision, and the server's next one is taken. */
class DecisionUnderHostileInputTest {
  private static final Path GOLDEN =
      Path.of(System.getProperty("pullcord.root"), "protocol/src/test/resources/golden");

  @TempDir Path directory;

  @Test
  void aDamagedDecisionIsNoDecisionAndTheNextOneIsTaken() throws IOException {
    byte[] pinned = Files.readAllBytes(GOLDEN.resolve("desired-state-pinned.json"));
    byte[] plain = Files.readAllBytes(GOLDEN.resolve("desired-state.json"));
    HostileInputs inputs = new HostileInputs(5, List.of(remembered(pinned), remembered(plain)));
    DesiredState next = PullcordJson.wire().readValue(pinned, DesiredState.class);
    NodeName node = next.node();
    Path file = directory.resolve("desired.json");
    List<String> harm =
        new ParserTrial(Set.of())
            .run(
                inputs,
                ParserTrial.inputs(),
                input -> {
                  Files.write(file, input);
                  DesiredStateCache cache =
                      new DesiredStateCache(file, node, new FakeClock(), () -> {});
                  cache.tick();
                  cache.current();
                  cache.accept(next);
                });
    assertThat(harm).isEmpty();
  }

  private static byte[] remembered(byte[] desired) throws IOException {
    DesiredState state = PullcordJson.wire().readValue(desired, DesiredState.class);
    return PullcordJson.wire().writeValueAsBytes(new DesiredStateCache.Remembered(state, 1500));
  }
}
