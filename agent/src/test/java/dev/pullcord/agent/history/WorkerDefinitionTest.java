package dev.pullcord.agent.history;

import static dev.pullcord.agent.fake.Samples.commit;
import static dev.pullcord.agent.fake.Samples.intended;
import static dev.pullcord.agent.fake.Samples.release;
import static dev.pullcord.agent.fake.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Identities as history keeps them, and what is decided by them. */
class WorkerDefinitionTest {
  private static final WorkerDefinition PLAIN = new WorkerDefinition(spec("grep"), "abc");

  @Test
  void theNodeAndAnOrderEachAddOnePartToAnIdentity() {
    assertThat(PLAIN.on("def").identity()).isEqualTo("abc.def");
    assertThat(PLAIN.on("def").restartedBy(4).identity()).isEqualTo("abc.def#4");
    assertThat(PLAIN.restartedBy(4).restartedBy(5).identity()).isEqualTo("abc#5");
    assertThat(PLAIN.restartedBy(4).restartedBy(0)).isEqualTo(PLAIN);
    assertThat(PLAIN.on("def").on("123").identity()).isEqualTo("abc.123");
  }

  @ParameterizedTest
  @CsvSource({"abc, abc, ", "abc.def, abc, def", "abc#4, abc, ", "abc.def#4, abc, def"})
  void anIdentitySaysWhichPartIsWhose(String identity, String ofCommit, String ofNode) {
    assertThat(WorkerDefinition.ofCommit(identity)).isEqualTo(ofCommit);
    assertThat(WorkerDefinition.ofNode(identity).orElse(null)).isEqualTo(ofNode);
  }

  @Test
  void aReleaseAsksForAGenerationWhateverTheNodeAddsToIt() {
    assertThat(release(1, "grep=1").asksFor(intended(1, 1, "1.def#4", false))).isTrue();
    assertThat(release(1, "grep=2").asksFor(intended(1, 1, "1", false))).isFalse();
    assertThat(release(1, "other=1").asksFor(intended(1, 1, "1", false))).isFalse();
  }

  @ParameterizedTest(name = "commit {0}, retry {1}, stage {2}: {3}")
  @CsvSource({
    "2, 3, prod, true",
    "2, 2, prod, true",
    "2, 4, prod, false",
    "1, 3, prod, false",
    "2, 3, test, false",
  })
  void aQuarantineForbidsItsCommitUntilARetryOrOtherLabels(
      int commit, long retry, String stage, boolean forbidden) {
    Quarantine quarantine =
        new Quarantine(commit(2), "check exited 1", 3, Instant.EPOCH, Map.of("stage", "prod"));

    assertThat(quarantine.forbids(commit(commit), retry, Map.of("stage", stage)))
        .isEqualTo(forbidden);
  }
}
