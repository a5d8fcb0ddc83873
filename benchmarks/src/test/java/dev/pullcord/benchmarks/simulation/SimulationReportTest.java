package dev.pullcord.benchmarks.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationReportTest {
  private static String text(Spread people) {
    SimulationReport.Arrival joined =
        new SimulationReport.Arrival("joined", 50, 0.4, 0.2, 0, people);
    return new SimulationReport(50, 1, 0.5, List.of(joined), List.of(), null, null).text();
  }

  @Test
  void saysNothingOfAStatusThatNobodyAskedForMeanwhile() {
    assertThat(text(new Spread(0, 0, 0, 0))).doesNotContain("status");
    assertThat(text(new Spread(2, 0.1, 0.2, 0.2))).contains("status", "(2)");
  }
}
