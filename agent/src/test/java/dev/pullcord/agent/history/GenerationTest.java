package dev.pullcord.agent.history;

import static dev.pullcord.agent.fake.Samples.intended;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.host.process.ProcessId;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationTest {
  private static final ProcessId BEFORE = new ProcessId(51, 7);
  private static final ProcessId AFTER = new ProcessId(52, 9);
  private static final Instant STARTED = Instant.ofEpochSecond(2);
  private static final Instant SINCE = Instant.ofEpochSecond(5);
  private static final Instant LATER = Instant.ofEpochSecond(8);

  private static Generation in(Generation.Phase phase, boolean beside) {
    return intended(1, 1, "1", beside).started(BEFORE, STARTED).with(phase, SINCE);
  }

  @ParameterizedTest(name = "{0}, beside: {1}")
  @CsvSource({
    // phase,       beside, asked, signalled, has work, newcomer
    "INTENDED,      false,  false, false,     true,     false",
    "INTENDED,      true,   false, false,     false,    true",
    "STARTED,       false,  false, false,     true,     false",
    "STARTED,       true,   false, false,     false,    true",
    "READY,         true,   false, false,     false,    true",
    "TAKING_OVER,   true,   false, false,     true,     false",
    "CONSUMING,     false,  false, false,     true,     false",
    "CONSUMING,     true,   false, false,     true,     false",
    "SUPERSEDED,    false,  false, false,     false,    false",
    "SUPERSEDED,    true,   false, false,     false,    false",
    "DISMISSED,     false,  true,  false,     false,    false",
    "TERM_INTENDED, false,  true,  true,      false,    false",
    "TERM_SENT,     true,   true,  true,      false,    false",
  })
  void aPhaseSaysWhatAGenerationDoes(
      Generation.Phase phase,
      boolean beside,
      boolean asked,
      boolean signalled,
      boolean work,
      boolean newcomer) {
    Generation generation = in(phase, beside);

    assertThat(generation.askedToEnd()).isEqualTo(asked);
    assertThat(generation.signalled()).isEqualTo(signalled);
    assertThat(generation.hasWork()).isEqualTo(work);
    assertThat(generation.newcomer()).isEqualTo(newcomer);
  }

  @ParameterizedTest
  @CsvSource({
    "INTENDED, STARTED",
    "STARTED, STARTED",
    "READY, STARTED",
    "TAKING_OVER, CONSUMING",
    "CONSUMING, CONSUMING",
    "SUPERSEDED, SUPERSEDED",
    "DISMISSED, SUPERSEDED",
    "TERM_INTENDED, SUPERSEDED",
    "TERM_SENT, SUPERSEDED",
  })
  void anotherProcessAfterABootIsInAPhaseThatCanGoOn(
      Generation.Phase before, Generation.Phase after) {
    Generation revived = in(before, true).revived("next", AFTER, LATER);

    assertThat(revived.phase()).isEqualTo(after);
    assertThat(revived.boot()).isEqualTo("next");
    assertThat(revived.process()).isEqualTo(AFTER);
    assertThat(List.of(revived.startedAt(), revived.since())).containsExactly(LATER, LATER);
    assertThat(revived.beside()).isFalse();
  }

  @Test
  void theVerySameProcessGoesOnWhereItWas() {
    assertThat(Arrays.asList(Generation.Phase.values()))
        .allSatisfy(phase -> {
          Generation revived = in(phase, true).revived("next", BEFORE, LATER);

          assertThat(revived.boot()).isEqualTo("next");
          assertThat(revived.phase()).isEqualTo(phase);
          assertThat(revived.process()).isEqualTo(BEFORE);
          assertThat(List.of(revived.startedAt(), revived.since())).containsExactly(STARTED, SINCE);
          assertThat(revived.beside()).isTrue();
        });
  }

  @Test
  void aProofMakesANewcomerReadyAndLeavesOneThatWorksWhereItIs() {
    Generation newcomer = in(Generation.Phase.STARTED, true).proven("ping", LATER);
    Generation works = in(Generation.Phase.CONSUMING, false).proven("ping");

    assertThat(newcomer.phase()).isEqualTo(Generation.Phase.READY);
    assertThat(newcomer.since()).isEqualTo(LATER);
    assertThat(works.phase()).isEqualTo(Generation.Phase.CONSUMING);
    assertThat(works.since()).isEqualTo(SINCE);
    assertThat(List.of(newcomer, works)).extracting(Generation::proof).containsOnly("ping");
  }

  @Test
  void leasesAreAddedAndTakenAwayOnce() {
    Generation one = intended(1, 1, "1", false).leasing("000001-a");
    Generation two = one.leasing("000002-b");

    assertThat(two.leases()).contains("000001-a", "000002-b");
    assertThat(two.leasing("000002-b")).isSameAs(two);
    assertThat(two.leasing(null)).isSameAs(two);
    assertThat(two.without("000002-b")).isEqualTo(one);
    assertThat(one.without("000002-b")).isSameAs(one);
  }
}
