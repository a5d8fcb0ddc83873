package dev.pullcord.agent.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.source.BranchHead;
import dev.pullcord.protocol.id.CommitId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BranchPollingTest {
  private static final CommitId ONE = new CommitId("11".repeat(20));
  private static final CommitId TWO = new CommitId("22".repeat(20));

  @TempDir private Path home;
  private final AtomicInteger changes = new AtomicInteger();
  private BranchHead head = new BranchHead.At(ONE);

  private BranchPolling open(String branch) {
    return new BranchPolling(
        home.resolve("desired.json"), branch, () -> head, Map.of(), changes::incrementAndGet);
  }

  @Test
  void decidesForTheHead() {
    BranchPolling polling = open("main");
    polling.poll();
    polling.poll();

    Decision decision = polling.current().orElseThrow();
    assertThat(decision.commit()).isEqualTo(ONE);
    assertThat(decision.revision()).isEqualTo(1);
    assertThat(changes).hasValue(1);
    assertThat(polling.contact()).isNull();
  }

  @Test
  void countsTheHeads() {
    BranchPolling polling = open("main");
    polling.poll();
    head = new BranchHead.At(TWO);
    polling.poll();

    assertThat(polling.current().orElseThrow().revision()).isEqualTo(2);
    assertThat(changes).hasValue(2);
  }

  @Test
  void standsWhileTheRemoteIsAwayAndOverARestart() {
    open("main").poll();
    head = new BranchHead.Unreachable("no such host");

    BranchPolling again = open("main");
    again.poll();

    assertThat(again.current().orElseThrow().commit()).isEqualTo(ONE);
  }

  @Test
  void standsWhenTheBranchIsGone() {
    BranchPolling polling = open("main");
    polling.poll();
    head = new BranchHead.Missing("REF_MISSING");
    polling.poll();

    assertThat(polling.current().orElseThrow().commit()).isEqualTo(ONE);
  }

  @Test
  void forgetsTheHeadOfABranchItNoLongerFollows() {
    open("main").poll();

    assertThat(open("prod").current()).isEmpty();
  }

  @Test
  void asksTheRemoteWhenItsFileIsDamaged() throws Exception {
    Files.writeString(home.resolve("desired.json"), "{");
    BranchPolling polling = open("main");
    assertThat(polling.current()).isEmpty();

    polling.poll();

    assertThat(polling.current()).isPresent();
  }
}
