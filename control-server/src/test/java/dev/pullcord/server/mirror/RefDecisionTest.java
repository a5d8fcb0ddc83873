package dev.pullcord.server.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.store.MirrorTable.Standing;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of a ref of the upstream. */
class RefDecisionTest {
  private static final CommitId OLD = new CommitId("1".repeat(40));
  private static final CommitId NEW = new CommitId("2".repeat(40));

  private static RefDecision decide(
      @Nullable CommitId held,
      @Nullable CommitId upstream,
      @Nullable CommitId accepted,
      boolean contained,
      String... problems) {
    return RefDecision.of(
        new RefDecision.Facts(
            "main",
            held,
            upstream,
            accepted,
            "trunk",
            () -> contained,
            () -> List.of(problems),
            () -> contained));
  }

  @Test
  void movesToACommitThatContainsTheOneBeforeOrIsTheFirst() {
    RefDecision moves = new RefDecision(Standing.MIRRORED, "", true);
    assertThat(decide(OLD, NEW, null, true)).isEqualTo(moves);
    assertThat(decide(null, NEW, null, false)).isEqualTo(moves);
    assertThat(decide(NEW, NEW, null, true))
        .isEqualTo(new RefDecision(Standing.MIRRORED, "", false));
  }

  @Test
  void keepsNodesFromACommitWithABadManifest() {
    RefDecision decision =
        decide(OLD, NEW, null, true, "MANIFEST_TYPE  pullcord.yaml:7:3  a list", "more");
    assertThat(decision.standing()).isEqualTo(Standing.UNDEPLOYABLE);
    assertThat(decision.moves()).isFalse();
    assertThat(decision.problem())
        .isEqualTo("2222222 is not deployed: MANIFEST_TYPE  pullcord.yaml:7:3  a list, and 1 more");
    assertThat(CodedText.sentence(decision.problem()))
        .as("what people are told")
        .isEqualTo("2222222 is not deployed: pullcord.yaml:7:3 a list, and 1 more");
    assertThat(CodedText.code(decision.problem())).contains("MANIFEST_TYPE");
  }

  @Test
  void leavesARewindToAPersonWhateverTheManifestSays() {
    RefDecision decision = decide(OLD, NEW, null, false, "bad");
    assertThat(decision.standing()).isEqualTo(Standing.REWRITTEN);
    assertThat(decision.moves()).isFalse();
    assertThat(decision.problem())
        .contains("1111111", "2222222", "pullcord accept-rewind main --reason");
  }

  @Test
  void goesBackOnceThatCommitIsAcceptedAndToNoOther() {
    assertThat(decide(OLD, NEW, NEW, false).moves()).isTrue();
    assertThat(decide(OLD, NEW, OLD, false).standing()).isEqualTo(Standing.REWRITTEN);
    assertThat(decide(OLD, NEW, NEW, false, "bad").standing()).isEqualTo(Standing.UNDEPLOYABLE);
  }

  @Test
  void leavesADeletionToAPersonAndNamesTheNewDefaultBranch() {
    RefDecision decision = decide(OLD, null, null, false);
    assertThat(decision.standing()).isEqualTo(Standing.DELETED);
    assertThat(decision.moves()).isFalse();
    assertThat(decision.problem())
        .contains("1111111", "default branch is trunk", "pullcord accept-rewind main");
  }
}
