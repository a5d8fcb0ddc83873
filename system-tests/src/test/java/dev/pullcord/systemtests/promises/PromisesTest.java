package dev.pullcord.systemtests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Servers and agents through faults that are drawn from a seed. */
class PromisesTest {
  private static final long FIRST = Long.getLong("pullcord.seed", 0);
  private static final long SEEDS =
      Long.getLong("pullcord.seeds", Boolean.getBoolean("pullcord.full") ? 20_000 : 100);
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.pullcord");

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void loud() {
    LOG.setLevel(null);
  }

  @Test
  void holdWhateverFails() {
    LongStream.range(FIRST, FIRST + SEEDS)
        .forEach(seed -> {
          SeededRun run = new SeededRun(seed, PlantedBug.NONE);
          assertThat(run.run()).as("seed %d%n%s", seed, run.world().trace()).isEmpty();
        });
  }

  @Test
  void theSameSeedIsTheSameRun() {
    LongStream.range(0, 5)
        .forEach(seed -> {
          SeededWorld one = world(seed);
          SeededWorld other = world(seed);
          assertThat(one.trace()).isNotEmpty().isEqualTo(other.trace());
          assertThat(one.hash()).isEqualTo(other.hash());
        });
  }

  /** As it is at the end; a thread has one run at a time. */
  private static SeededWorld world(long seed) {
    SeededRun run = new SeededRun(seed, PlantedBug.NONE);
    run.run();
    return run.world();
  }
}
