package dev.pullcord.benchmarks.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FleetScriptTest {
  private static final int NODES = 2000;

  private static FleetScript script(long seed) {
    return new FleetScript(seed, 100, 900, 10, 20, 30);
  }

  private static List<FleetScript.Turn> turns(FleetScript script, int push) {
    return IntStream.range(0, NODES).mapToObj(node -> script.turn(node, push)).toList();
  }

  @Test
  void theSameSeedGivesTheSameScript() {
    assertThat(turns(script(7), 1)).isEqualTo(turns(script(7), 1));
  }

  @Test
  void anotherSeedAndAnotherPushGiveAnotherScript() {
    assertThat(turns(script(8), 1)).isNotEqualTo(turns(script(7), 1));
    assertThat(turns(script(7), 2)).isNotEqualTo(turns(script(7), 1));
  }

  @Test
  void asManyNodesFailAsTheChanceSays() {
    List<FleetScript.Turn> turns = turns(script(1), 0);
    assertThat(turns.stream().filter(FleetScript.Turn::fails).count()).isBetween(150L, 250L);
    assertThat(turns.stream().filter(FleetScript.Turn::restarts).count()).isBetween(330L, 470L);
    assertThat(turns.stream().filter(FleetScript.Turn::cut).count()).isBetween(520L, 680L);
    assertThat(turns).allSatisfy(turn -> assertThat(turn.workMillis()).isBetween(100L, 900L));
  }
}
