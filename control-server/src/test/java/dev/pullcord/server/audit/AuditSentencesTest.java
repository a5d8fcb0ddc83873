package dev.pullcord.server.audit;

import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.AuditTable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditSentencesTest {
  private static final AuditTable.Source HERE =
      new AuditTable.Source(AuditTable.Way.DASHBOARD, "192.0.2.1");
  private static final Principal BOB = ADA.from(HERE);

  @TempDir Path directory;

  @Test
  void aCodeBeforeAReasonIsNotTold() {
    String why = "REF_NON_FF  push a commit on top";
    assertThat(
            AuditSentences.of(
                new AuditTable.Act(
                    Instant.EPOCH, "ann", HERE, "push.refused", "main", null, why, true, 1)))
        .isEqualTo("a push by ann to main was refused: push a commit on top");
  }

  @Test
  void whatPeopleAndNodesDoReadsAsPeopleWouldSayIt() {
    try (TestFleet fleet = new TestFleet(directory)) {
      fleet.commits.push("main", 1);
      fleet.commits.push("prod", 2);
      fleet.deployments.reconcile();
      fleet.join("a");
      NodeName a = new NodeName("a");
      fleet.operations.pins().pin(BOB, a, pin("prod", "2h", "it's why"));
      fleet.operations.pins().pin(BOB, a, pin("prod", "90s", "again"));
      fleet.operations.pins().unpin(BOB, a);
      fleet.operations.pins().pin(BOB, a, pin("prod", "1h", "why"));
      fleet.advance(Duration.ofHours(1));
      fleet.operations.pins().expire();
      fleet.operations.nodes().retry(BOB, a);
      fleet.report("a", Said.by(fleet, "a").next());
      fleet.operations.workers().order(BOB, a, "grep", WorkerAct.STOP, "disk");
      fleet.operations.workers().order(BOB, a, "grep", WorkerAct.START, null);
      fleet.operations.workers().kill(BOB, a, 1, "it hangs");
      fleet.operations.nodes().label(BOB, a, new Requests.Labels(Map.of("role", "grep"), null));
      fleet.operations.nodes().follow(BOB, a, "prod");
      fleet.operations.nodes().remove(BOB, a);
      ApiTokens tokens = new ApiTokens(fleet.store, fleet.clock);
      tokens.create(BOB, new TokenView.Request("ci", "viewer", null));

      List<String> said = fleet.audit().reversed().stream().map(AuditSentences::of).toList();
      assertThat(said.get(0))
          .matches(
              "ada made invitation [0-9a-f]{16} for one node that may follow main, until 2026.*");
      assertThat(said.get(1))
          .matches(
              "the node a joined; it follows main, invited by ada with invitation"
                  + " [0-9a-f]{16}, key [0-9a-f]{12}…");
      assertThat(said.subList(2, said.size() - 1))
          .containsExactly(
              "ada pinned a to prod (0000002) for 2h: it's why",
              "ada pinned a to prod (0000002) for 90s: again",
              "ada ended the pin of a to prod until 2026-01-01 00:01 UTC by ada: again",
              "ada pinned a to prod (0000002) for 1h: why",
              "the pin of a ended by itself: prod until 2026-01-01 01:00 UTC by ada: why",
              "ada let a try again what it had given up",
              "ada stopped a worker of a: grep: disk",
              "ada started a worker of a: grep",
              "ada killed a generation of a: grep generation 1 (consuming, pid 7): it hangs",
              "ada labelled a: role=grep in place of nothing",
              "ada made a follow prod in place of main",
              "ada removed the node a");
      assertThat(said.getLast()).startsWith("ada made the token ci: viewer, does not expire, id ");
      assertThat(fleet.audit())
          .filteredOn(e -> e.what().equals("pin"))
          .allSatisfy(e -> {
            assertThat(e.from()).isEqualTo(HERE);
          });
    }
  }

  private static PinView.Request pin(String ref, String time, String why) {
    return new PinView.Request(ref, time, why);
  }

  private static String push(@Nullable String before, @Nullable String after) {
    return AuditSentences.of(
        new AuditTable.Act(Instant.EPOCH, "ann", "push", "main", before, after));
  }

  @Test
  void pushNamesCommitsShort() {
    assertThat(push(null, "ab".repeat(20))).isEqualTo("ann pushed main, new at abababa");
    assertThat(push("cd".repeat(20), "ab".repeat(20)))
        .isEqualTo("ann pushed main from cdcdcdc to abababa");
    assertThat(push("cd".repeat(20), null)).isEqualTo("ann deleted main, which was at cdcdcdc");
  }

  private static String refused(String what, int times) {
    return AuditSentences.of(
        new AuditTable.Act(Instant.EPOCH, "ann", HERE, what, "x", null, "CODE  why", true, times));
  }

  @Test
  void refusalSaysWhyAndHowOften() {
    assertThat(refused("push.refused", 1)).isEqualTo("a push by ann to x was refused: CODE why");
    assertThat(refused("denied", 3)).isEqualTo("ann was refused x: CODE why, 3 times more");
  }

  @Test
  void actionThatIsNotKnownHereIsSaidAllTheSame() {
    assertThat(refused("new.one", 1)).isEqualTo("ann: new.one x: CODE why");
    assertThat(
            AuditSentences.of(new AuditTable.Act(Instant.EPOCH, "ann", "new.one", "x", "a", "b")))
        .isEqualTo("ann: new.one x, before: a, after: b");
  }
}
