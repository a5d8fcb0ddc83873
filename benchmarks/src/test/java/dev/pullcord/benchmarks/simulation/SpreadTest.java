package dev.pullcord.benchmarks.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void saysWhenHalfAndNearlyAllAndTheLastCame() {
    double[] millis = IntStream.rangeClosed(1, 200).mapToDouble(i -> i * 10).toArray();
    assertThat(Spread.of(millis)).isEqualTo(new Spread(200, 1.0, 1.98, 2.0));
  }

  @Test
  void leavesOutWhoNeverCame() {
    assertThat(Spread.of(new double[] {-1, 500, -1})).isEqualTo(new Spread(1, 0.5, 0.5, 0.5));
    assertThat(Spread.of(new double[] {-1})).isEqualTo(new Spread(0, 0, 0, 0));
  }
}
