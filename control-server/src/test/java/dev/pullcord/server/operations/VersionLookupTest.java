package dev.pullcord.server.operations;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.server.FakeCommits;
import dev.pullcord.server.refusal.Refusal;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VersionLookupTest {
  private final FakeCommits commits = new FakeCommits();
  private final VersionLookup versions = new VersionLookup(commits);

  @BeforeEach
  void push() {
    commits.push("try", 4);
    commits.push("bad", 6);
    commits.tag("v1", 5);
    commits.spoil(6);
  }

  private static Refusal refused(Runnable lookup) {
    return Objects.requireNonNull(catchThrowableOfType(Refusal.class, lookup::run));
  }

  @Test
  void aBranchMovesAndATagAndACommitDoNot() {
    assertThat(versions.any("try")).isEqualTo(new VersionLookup.Found("try", true, commit(4)));
    assertThat(versions.any("v1")).isEqualTo(new VersionLookup.Found("v1", false, commit(5)));
    assertThat(versions.any("0000004"))
        .isEqualTo(new VersionLookup.Found("0000004", false, commit(4)));
  }

  @Test
  void whatStandsForNothingIsRefusedInTheRepositorysWords() {
    Refusal refusal = refused(() -> versions.any("gone"));
    assertThat(refusal.code()).isEqualTo("REF_MISSING");
    assertThat(refusal.field()).isEqualTo("ref");
    assertThat(refusal.getMessage()).isEqualTo("there is no gone");
  }

  @Test
  void whatNoNodeCanRunIsRefusedWithTheLineThatIsWrong() {
    Refusal refusal = refused(() -> versions.any("bad"));
    assertThat(refusal.code()).isEqualTo("MANIFEST_INVALID");
    assertThat(refusal.getMessage())
        .startsWith("no node can run 0000006: MANIFEST_TYPE")
        .contains("3", "a map expected");
    assertThat(refused(() -> versions.requireBranch("bad")).code()).isEqualTo("MANIFEST_INVALID");
  }

  @Test
  void theDefaultBranchMayBeFollowedBeforeAnythingWasPushedToIt() {
    assertThatCode(() -> versions.requireBranch("main")).doesNotThrowAnyException();
    assertThat(versions.missing("main")).isEmpty();
  }

  @Test
  void aBranchThatIsNotThereIsRefusedWithThoseThatAre() {
    Refusal refusal = refused(() -> versions.requireBranch("tyr"));
    assertThat(refusal.code()).isEqualTo("REF_MISSING");
    assertThat(refusal.getMessage())
        .startsWith("there is no branch \"tyr\"; there are: bad, main, try")
        .contains("did you mean try");
  }

  @Test
  void withoutADecisionANodeHasNoWorkers() {
    assertThat(versions.workers(null, Map.of())).isEmpty();
  }
}
