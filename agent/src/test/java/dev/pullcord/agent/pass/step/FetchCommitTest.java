package dev.pullcord.agent.pass.step;

import static dev.pullcord.protocol.report.StepRecord.Outcome.ENVIRONMENT_FAULT;
import static dev.pullcord.protocol.report.StepRecord.Outcome.RELEASE_FAULT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.source.SourceResult;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a commit is fetched, and what the transcript has of it. */
class FetchCommitTest {
  private StepBench bench;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    bench = new StepBench(temp);
  }

  @AfterEach
  void close() throws IOException {
    bench.close();
  }

  private static final Manifest EMPTY =
      new Manifest(Map.of(), null, List.of(), List.of(), Map.of());

  private SourceResult fetch(FetchCommit fetch, CommitId commit) {
    bench.decisions.decide(commit);
    return fetch.of(commit, Map.of(), () -> bench.scope(null, null, PassMode.ADVANCE));
  }

  @Test
  void asksOnceForACommitThatItHasRead() {
    FetchCommit fetch = new FetchCommit(bench.source);
    CommitId commit = bench.source.commit(EMPTY, Map.of());
    fetch(fetch, commit);

    assertThat(fetch(fetch, commit)).isInstanceOf(SourceResult.Obtained.class);

    assertThat(bench.source.asked).isEqualTo(1);
    assertThat(bench.done()).containsExactly("FETCH " + commit.abbreviated() + " OK");
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void asksAgainAfterAFault(Fault fault) {
    FetchCommit fetch = new FetchCommit(bench.source);
    CommitId commit = bench.source.refused("MANIFEST_INVALID  it is not");
    bench.source.away = fault == Fault.AWAY ? "NETWORK  connection refused" : null;
    fetch(fetch, commit);
    fetch(fetch, commit);

    assertThat(bench.source.asked).isEqualTo(2);
    assertThat(bench.steps())
        .extracting(StepRecord::outcome)
        .containsOnly(fault == Fault.AWAY ? ENVIRONMENT_FAULT : RELEASE_FAULT);
  }

  private enum Fault {
    AWAY,
    REFUSED
  }
}
