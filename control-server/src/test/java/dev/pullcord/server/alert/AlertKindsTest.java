package dev.pullcord.server.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.server.FakeCommits;
import dev.pullcord.server.Said;
import dev.pullcord.server.alert.receiver.AlertMessage;
import dev.pullcord.server.alert.receiver.AlertMessage.State;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of long drains, of the mirror, and of the server's disk; and that it is over. */
class AlertKindsTest {
  private static final String NODE = "a";
  private static final String MANIFEST =
      """
      version: 1
      bundles: {code: {paths: [work/]}}
      workers:
        grep: {kind: process, run: [sh, work/a.sh], restart: overlap%s}
      """;

  private static final AlertEvent[] ALL_BUT_DEPLOYMENTS =
      EnumSet.range(AlertEvent.NODE_FAILED, AlertEvent.DISK_FULL).toArray(AlertEvent[]::new);

  @TempDir Path directory;

  private AlertRig rig(AlertEvent event, String drain) {
    AlertRig rig = new AlertRig(directory, AlertRig.rule(null, event));
    rig.fleet.commits.manifest(1, MANIFEST.formatted(drain));
    rig.fleet.join(NODE);
    rig.fleet.start(NODE);
    rig.push(1);
    rig.fleet.converge(NODE);
    rig.passAlive(Duration.ofMinutes(1), NODE);
    return rig;
  }

  /** The node runs a new generation beside an old one that drains, or the new one alone. */
  private static void generations(AlertRig rig, @Nullable Instant drainsSince) {
    List<GenerationStatus> all = new ArrayList<>();
    if (drainsSince != null) {
      all.add(generation(1, GenerationPhase.DRAINING, drainsSince));
    }
    all.add(generation(2, GenerationPhase.CONSUMING, rig.fleet.clock.instant()));
    WorkerStatus grep = new WorkerStatus("ab".repeat(32), "pid 7", all);
    rig.fleet.report(NODE, Said.by(rig.fleet, NODE).workers(Map.of("grep", grep)).next());
  }

  private static GenerationStatus generation(long number, GenerationPhase phase, Instant since) {
    return new GenerationStatus(
        number, 7, Instant.EPOCH, FakeCommits.commit(1), phase, since, null);
  }

  private static String utc(Instant at) {
    return at.toString().replace('T', ' ').replace("Z", " UTC");
  }

  private static void opened(AlertRig rig, String title, String next) {
    AlertMessage last = rig.messages().getLast();
    assertThat(rig.titles()).hasSize(1);
    assertThat(last.title()).isEqualTo(title);
    assertThat(last.state()).isEqualTo(State.BEGUN);
    assertThat(last.next()).isEqualTo(next);
  }

  private static void closed(AlertRig rig, String title) {
    AlertMessage last = rig.messages().getLast();
    assertThat(rig.titles()).hasSize(2);
    assertThat(last.title()).isEqualTo(title);
    assertThat(last.state()).isEqualTo(State.ENDED);
  }

  @Test
  void anOldWorkerThatDrainsForADayIsToldAndItsEndToo() {
    try (AlertRig rig = rig(AlertEvent.DRAIN_LONG, "")) {
      Instant since = rig.fleet.clock.instant();
      generations(rig, since);
      rig.passAlive(Duration.ofHours(23), NODE);
      assertThat(rig.titles()).isEmpty();
      rig.passAlive(Duration.ofHours(2), NODE);
      opened(
          rig,
          "a: generation 1 of worker grep drains since " + utc(since),
          "wait, or, if it will never end: pullcord worker kill a 1 --reason 'why'");
      generations(rig, null);
      rig.passAlive(Duration.ofMinutes(1), NODE);
      closed(rig, "a: its old worker has ended");
    }
  }

  @Test
  void theManifestSaysForHowLongADrainIsToldToNobody() {
    try (AlertRig rig = rig(AlertEvent.DRAIN_LONG, ", drain: {alert-after: 2h}")) {
      Instant since = rig.fleet.clock.instant();
      generations(rig, since);
      rig.passAlive(Duration.ofMinutes(115), NODE);
      assertThat(rig.titles()).isEmpty();
      rig.passAlive(Duration.ofMinutes(10), NODE);
      assertThat(rig.titles())
          .containsExactly("a: generation 1 of worker grep drains since " + utc(since));
      generations(rig, null);
      rig.passAlive(Duration.ofMinutes(1), NODE);
      closed(rig, "a: its old worker has ended");
    }
  }

  @Test
  void aManifestThatIsPatientWinsOverTheRule() {
    try (AlertRig rig = rig(AlertEvent.DRAIN_LONG, ", drain: {alert-after: 3d}")) {
      generations(rig, rig.fleet.clock.instant());
      rig.passAlive(Duration.ofHours(30), NODE);
      assertThat(rig.titles()).isEmpty();
      rig.passAlive(Duration.ofHours(43), NODE);
      assertThat(rig.titles()).hasSize(1);
    }
  }

  private static UpstreamView mirror(
      Instant lastFetch, @Nullable Instant failingSince, UpstreamView.Ref... refs) {
    return new UpstreamView(
        "https://git.example/acme/fleet.git",
        failingSince == null ? "ok" : "unreachable",
        failingSince == null ? "" : "git.example: connection refused",
        lastFetch,
        failingSince,
        "main",
        List.of(refs));
  }

  @Test
  void aMirrorThatCannotBeReadForTenMinutesIsToldAndThatItIsFreshAgain() {
    try (AlertRig rig = rig(AlertEvent.MIRROR_STALE, "")) {
      Instant last = rig.fleet.clock.instant();
      rig.upstream = mirror(last, last.plusSeconds(30));
      rig.passAlive(Duration.ofMinutes(9), NODE);
      assertThat(rig.titles()).isEmpty();
      rig.passAlive(Duration.ofMinutes(30), NODE);
      opened(
          rig,
          "the mirror is stale since " + utc(last) + ": git.example: connection refused",
          "pullcord upstream; when it is mended: pullcord fetch");
      rig.upstream = mirror(rig.fleet.clock.instant(), null);
      rig.passAlive(Duration.ofMinutes(1), NODE);
      closed(rig, "the mirror is fresh again");
    }
  }

  private static UpstreamView.Ref ref(int commit, String problem, boolean rewritten) {
    return new UpstreamView.Ref(
        "main",
        FakeCommits.commit(commit),
        problem.isEmpty(),
        problem,
        FakeCommits.commit(1),
        rewritten);
  }

  @Test
  void aCommitThatIsGivenToNoNodeIsToldAndThatItsRefIsDeployedAgain() {
    try (AlertRig rig = rig(AlertEvent.COMMIT_REFUSED, "")) {
      Instant now = rig.fleet.clock.instant();
      String problem = "pullcord.yaml:7:3: workers.grep.run: a list expected";
      rig.upstream = mirror(now, null, ref(2, problem, false));
      rig.passAlive(Duration.ofMinutes(30), NODE);
      opened(
          rig,
          "upstream main at 0000002: " + problem,
          "push a mended commit to the upstream; the nodes stay where they are");
      assertThat(rig.messages().getLast().ref()).isEqualTo("main");
      rig.upstream = mirror(now, null, ref(3, "", false));
      rig.passAlive(Duration.ofMinutes(1), NODE);
      closed(rig, "upstream main: its commit is deployed again");
    }
  }

  @Test
  void manyCommitsThatAreGivenToNoNodeAreOneMessageAndOneEnd() {
    try (AlertRig rig = rig(AlertEvent.COMMIT_REFUSED, "")) {
      Instant now = rig.fleet.clock.instant();
      rig.upstream = mirror(now, null, refs(250, "no pullcord.yaml"));
      rig.passAlive(Duration.ofMinutes(30), NODE);
      assertThat(rig.titles())
          .containsExactly("250 refs of the upstream are not deployed: no pullcord.yaml");
      assertThat(rig.messages().getLast().subjects()).hasSize(250);
      assertThat(rig.messages().getLast().lines().getFirst())
          .startsWith("Refs: b0, b1, ")
          .endsWith(" and 242 more");
      rig.upstream = mirror(now, null, refs(250, ""));
      rig.passAlive(Duration.ofMinutes(30), NODE);
      assertThat(rig.titles()).hasSize(2);
      assertThat(rig.titles().getLast()).startsWith("250 refs are deployed again: b0, b1, ");
    }
  }

  private static UpstreamView.Ref[] refs(int many, String problem) {
    return IntStream.range(0, many)
        .mapToObj(i ->
            new UpstreamView.Ref(
                "b" + i,
                FakeCommits.commit(100 + i),
                problem.isEmpty(),
                problem,
                FakeCommits.commit(1),
                false))
        .toArray(UpstreamView.Ref[]::new);
  }

  @Test
  void whatCannotBeReadIsToldAndKeepsNothingElseFromBeingToldAndEndsNothing() {
    try (AlertRig rig = new AlertRig(directory, AlertRig.rule(null, ALL_BUT_DEPLOYMENTS))) {
      rig.fleet.join(NODE);
      rig.fleet.start(NODE);
      rig.push(1);
      rig.fleet.converge(NODE);
      rig.upstream = mirror(rig.fleet.clock.instant(), null, ref(2, "bad", false));
      rig.passAlive(Duration.ofMinutes(1), NODE);
      assertThat(rig.titles()).containsExactly("upstream main at 0000002: bad");

      rig.unreadable = true;
      rig.say(NODE, NodeState.FAILED, "worker grep exited 1");
      rig.passAlive(Duration.ofMinutes(1), NODE);

      assertThat(rig.titles())
          .hasSize(4)
          .contains("a is failed: worker grep exited 1")
          .anyMatch(t -> t.startsWith("the server cannot read its copy of the repository: "))
          .anyMatch(t -> t.startsWith("the disk of the server cannot be looked at: "));

      rig.unreadable = false;
      rig.passAlive(Duration.ofMinutes(6), NODE);
      assertThat(rig.titles())
          .hasSize(6)
          .contains("the mirror is fresh again")
          .noneMatch(t -> t.contains("is deployed again"));
    }
  }

  @Test
  void aDrainWhoseManifestCannotBeReadIsToldByTheRule() {
    try (AlertRig rig = rig(AlertEvent.DRAIN_LONG, "")) {
      generations(rig, rig.fleet.clock.instant());
      rig.fleet.commits.damage(1);
      rig.passAlive(Duration.ofHours(25), NODE);

      assertThat(rig.titles()).hasSize(1);
    }
  }

  @Test
  void commitsThatTheUpstreamTookBackAreToldWithTheDecisionThatIsAsked() {
    try (AlertRig rig = rig(AlertEvent.COMMIT_REFUSED, "")) {
      Instant now = rig.fleet.clock.instant();
      rig.upstream = mirror(now, null, ref(9, "rewritten: it was 0000001", true));
      rig.passAlive(Duration.ofMinutes(1), NODE);
      opened(
          rig,
          "upstream main at 0000009: rewritten: it was 0000001",
          "pullcord accept-rewind main --reason 'why', or push it back");
    }
  }

  @Test
  void anotherBadCommitOfTheSameRefIsToldAfterAWhileAndEndsInOneWord() {
    try (AlertRig rig = rig(AlertEvent.COMMIT_REFUSED, "")) {
      Instant now = rig.fleet.clock.instant();
      rig.upstream = mirror(now, null, ref(2, "bad", false));
      rig.passAlive(Duration.ofMinutes(1), NODE);
      rig.upstream = mirror(now, null, ref(3, "worse", false));
      rig.passAlive(Duration.ofMinutes(6), NODE);
      assertThat(rig.titles())
          .containsExactly("upstream main at 0000002: bad", "upstream main at 0000003: worse");
      rig.upstream = mirror(now, null, ref(4, "", false));
      rig.passAlive(Duration.ofMinutes(6), NODE);
      assertThat(rig.titles()).hasSize(3).endsWith("upstream main: its commit is deployed again");
    }
  }

  @Test
  void aDiskThatIsNearlyFullIsToldAndThatThereIsRoomForAMinute() {
    try (AlertRig rig = rig(AlertEvent.DISK_FULL, "")) {
      rig.diskFree = 9L << 30; // 9 % of it
      rig.passAlive(Duration.ofMinutes(1), NODE);
      rig.diskFree = (AlertRig.DISK_TOTAL * 5 / 100); // 5 GiB, and just 5 %
      rig.passAlive(Duration.ofMinutes(1), NODE);
      assertThat(rig.titles()).isEmpty();
      rig.diskFree = 4L << 30;
      rig.passAlive(Duration.ofMinutes(10), NODE);
      opened(rig, "the disk of the server is nearly full", "make room: df -h " + directory);
      rig.diskFree = 20L << 30;
      rig.passAlive(Duration.ofSeconds(40), NODE);
      rig.diskFree = 4L << 30;
      rig.passAlive(Duration.ofMinutes(1), NODE);
      assertThat(rig.titles()).as("a moment of room is no end").hasSize(1);
      rig.diskFree = 20L << 30;
      rig.passAlive(Duration.ofMinutes(2), NODE);
      closed(rig, "the disk of the server has room again: 20480 MiB are free");
    }
  }
}
