package dev.pullcord.systemtests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** The run is worth something only if it notices what is broken. */
class PlantedBugsTest {
  private static final int SEEDS = 2_000;
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.pullcord");

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void loud() {
    LOG.setLevel(null);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void areFoundByAFewSeeds(PlantedBug bug) {
    LongStream seeds = LongStream.concat(LongStream.of(bug.seed()), LongStream.range(0, SEEDS));
    assertThat(seeds.anyMatch(seed -> finds(seed, bug))).isTrue();
  }

  private static boolean finds(long seed, PlantedBug bug) {
    return !new SeededRun(seed, bug).run().isEmpty();
  }
}
