package dev.pullcord.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParserTrialTest {
  private final HostileInputs inputs =
      new HostileInputs(7, List.of("{\"name\": [1, 2]}".getBytes(StandardCharsets.UTF_8)));
  private final ParserTrial trial = new ParserTrial(Set.of(IOException.class));

  @Test
  void aRefusalIsNoHarm() {
    assertThat(
            trial.run(
                inputs,
                200,
                input -> {
                  throw new IOException("no");
                }))
        .isEmpty();
  }

  @Test
  void anExceptionThatIsNoRefusalIsFound() {
    assertThat(
            trial.run(
                inputs,
                200,
                input -> {
                  if (new String(input, StandardCharsets.UTF_8).contains("NaN")) {
                    throw new IllegalStateException("planted");
                  }
                }))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).contains("IllegalStateException: planted"));
  }

  @Test
  void aStackThatIsTooDeepIsFound() {
    assertThat(trial.run(inputs, 2_000, input -> nested(input, 0))).isNotEmpty();
  }

  @Test
  void aParserThatKeepsEverythingIsFound() {
    List<String> harm =
        trial.run(
            inputs,
            1,
            input -> {
              List<byte[]> kept = new ArrayList<>();
              for (int i = 0; i < 80; i++) {
                kept.add(new byte[1 << 20]);
              }
              assertThat(kept).hasSize(80);
            });
    assertThat(harm).singleElement().asString().contains("allocated ");
  }

  @Test
  void theSameSeedAndNumberIsTheSameInput() {
    HostileInputs again =
        new HostileInputs(7, List.of("{\"name\": [1, 2]}".getBytes(StandardCharsets.UTF_8)));
    for (int n = 0; n < 100; n++) {
      assertThat(again.input(n)).isEqualTo(inputs.input(n));
    }
  }

  /** Reads brackets as a parser without a bound does. */
  private static int nested(byte[] input, int at) {
    int next = at;
    while (next < input.length && input[next] != '[') {
      next++;
    }
    return next == input.length ? 0 : 1 + nested(input, next + 1);
  }
}
