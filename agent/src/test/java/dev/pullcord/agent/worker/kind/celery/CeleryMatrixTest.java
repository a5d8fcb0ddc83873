package dev.pullcord.agent.worker.kind.celery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.CeleryBrokers;
import dev.pullcord.agent.rig.CeleryRow;
import dev.pullcord.agent.rig.CeleryTrial;
import dev.pullcord.testkit.Sampled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Deploys into a load with every combination of versions, broker, pool and settings that {@link
 * CeleryRow} has. {@code -Dpullcord.full=true} runs all, {@code -Dpullcord.rows=REGEX} those whose
 * name it finds, and CI a sample.
 */
class CeleryMatrixTest {
  private static CeleryBrokers brokers;
  @TempDir Path temp;

  @BeforeAll
  static void begin(@TempDir Path directory) {
    brokers = new CeleryBrokers(directory);
  }

  @AfterAll
  static void end() {
    brokers.close();
  }

  static List<CeleryRow> rows() {
    return Sampled.of(CeleryRow.sample(), CeleryRow.all());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void losesNoJobAndDoesNoneTwice(CeleryRow row) throws IOException {
    try (CeleryTrial trial = new CeleryTrial(temp, row, brokers.broker(row))) {
      CeleryTrial.Books books = trial.run();

      System.out.println("celery row: " + row + ": " + books);
      assertThat(books.lost()).isEmpty();
      assertThat(books.twice()).allMatch(job -> row.doubles() && job.startsWith("long"));
      assertThat(books.torn()).isEmpty();
    }
  }
}
