package dev.pullcord.server.githost.push.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.server.FakeFleet;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.view.NodeHold;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pusher reads, with a fleet that is moved by hand and a clock that is turned by hand. */
class PushOutputTest {
  private static final Instant RETRY = Instant.parse("2026-01-01T00:00:20Z");
  private static final CommitId COMMIT = new CommitId("3f2a91c".repeat(5) + "0".repeat(5));

  @TempDir Path directory;
  private final FakeFleet fleet = new FakeFleet();
  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final Script clock = new Script();
  private RepositoryStore store;
  private boolean connected = true;

  @BeforeEach
  void open() throws IOException {
    store = RepositoryStore.create(directory, "fleet");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private List<String> push(PushOptions options) {
    PushTerminal terminal = new PushTerminal(screen, () -> connected);
    new PushOutput(store, fleet, fleet, id -> "https://pull.example/" + id, clock, terminal)
        .show(List.of(new PushOutput.Moved("main", null, COMMIT)), options);
    return screen.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private List<String> push() {
    return push(PushOptions.DEFAULT);
  }

  @Test
  void showsEachNodeOnItsWayAndEndsWhenAllAreThere() {
    long id = fleet.deployment("main", COMMIT, "web-1", "web-2");
    clock.at("1.2s", () -> fleet.state(id, "web-1", NodeState.APPLYING, "check bin/check"));
    clock.at("2s", () -> fleet.state(id, "web-1", NodeState.CONVERGED, "runs it"));
    clock.at("4s", () -> fleet.state(id, "web-2", NodeState.CONVERGED, "runs it"));
    assertThat(push())
        .containsSubsequence(
            "  2 nodes follow main",
            "  https://pull.example/" + id,
            "  1.2s  web-1  applying: check bin/check",
            "  2.0s  web-1  converged",
            "  4.0s  web-2  converged",
            "converged 2/2 in 4.0s");
  }

  @Test
  void showsTheLastLinesOfWhatFailedAndNamesTheNode() {
    long id = fleet.deployment("main", COMMIT, "web-1", "web-3");
    fleet.state(id, "web-1", NodeState.CONVERGED, "runs it");
    String output =
        String.join("\n", IntStream.rangeClosed(1, 40).mapToObj(i -> "line " + i).toList());
    fleet.step(id, "web-3", step(StepRecord.Outcome.OK, "fine"));
    fleet.step(id, "web-3", step(StepRecord.Outcome.RELEASE_FAULT, output));
    clock.at("4.1s", () -> fleet.state(id, "web-3", NodeState.ROLLED_BACK, "health: exit 1"));
    List<String> lines = push();
    assertThat(lines)
        .containsSubsequence(
            "  4.1s  web-3  rolled-back: health: exit 1",
            "          | line 26",
            "          | line 40",
            "not converged 1/2 after 4.1s: web-3 rolled-back: health: exit 1",
            "next: pullcord why web-3; then push a mended commit, or git revert 3f2a91c and push"
                + " that")
        .doesNotContain("          | line 25", "          | fine");
  }

  @Test
  void whatTheReasonAlreadySaysIsNotSaidAgainAsOutput() {
    long id = fleet.deployment("main", COMMIT, "web-1");
    fleet.step(id, "web-1", step(StepRecord.Outcome.RELEASE_FAULT, "no such table\n"));
    clock.at(
        "1s",
        () -> fleet.state(id, "web-1", NodeState.ROLLED_BACK, "check exited 3: no such table"));
    assertThat(push())
        .contains("  1.0s  web-1  rolled-back: check exited 3: no such table")
        .doesNotContain("          | no such table");
  }

  private void frozen(long deployment) {
    String end = "To end it now: pullcord unfreeze main.";
    fleet.holds("web-1", new NodeHold(NodeHold.Kind.FREEZE, "main", "", deployment, COMMIT, end));
  }

  @Test
  void aNodeThatIsHeldIsNoFailureAndTheWayOutIsNamed() {
    long id = fleet.deployment("main", COMMIT, "web-1");
    fleet.state(id, "web-1", NodeState.HELD, "held: frozen until 2026-01-01 02:00 UTC by ada");
    frozen(id);
    assertThat(push())
        .containsSubsequence(
            "not converged 0/1 after 0.00s: web-1 held: frozen until 2026-01-01 02:00 UTC by ada",
            "next: nothing; it goes on by itself. To end it now: pullcord unfreeze main.");
  }

  @Test
  void aNodeThatFailedOnTheCommitBeforeIsNoReasonToRevertTheOneThatIsHeld() {
    long id = fleet.deployment("main", COMMIT, "web-1");
    fleet.state(id, "web-1", NodeState.ROLLED_BACK, "worker grep exited 1");
    frozen(id);
    assertThat(push())
        .containsSubsequence(
            "not converged 0/1 after 0.00s: web-1 rolled-back: worker grep exited 1"
                + " (on the commit before)",
            "next: nothing; it goes on by itself. To end it now: pullcord unfreeze main.");
  }

  @Test
  void aDrainThatWasKilledIsNotTakenForTheCauseOfAFailure() {
    long id = fleet.deployment("main", COMMIT, "web-1");
    fleet.step(id, "web-1", step(StepRecord.Outcome.RELEASE_FAULT, "no such table"));
    fleet.step(
        id,
        "web-1",
        new StepRecord(
            2,
            0,
            COMMIT,
            StepRecord.Kind.DRAIN,
            "grep generation 7, killed",
            StepRecord.Outcome.ABANDONED,
            Instant.EPOCH,
            5,
            null,
            "killed by ann: stuck"));
    clock.at("1s", () -> fleet.state(id, "web-1", NodeState.ROLLED_BACK, "health: exit 1"));
    assertThat(push())
        .contains("          | no such table")
        .doesNotContain("          | killed by");
  }

  @Test
  void takesControlCharactersOutOfWhatOthersWrote() {
    long id = fleet.deployment("main", COMMIT, "web-1");
    fleet.step(id, "web-1", step(StepRecord.Outcome.RELEASE_FAULT, "\u001b[2Jgone\u202e"));
    fleet.state(id, "web-1", NodeState.FAILED, "check\u001b[31m");
    push();
    assertThat(screen.toString(StandardCharsets.UTF_8))
        .contains("| \\u001b[2Jgone\\u202e")
        .doesNotContain("\u001b", "\u202e");
  }

  @Test
  void doesNotWaitForNodesThatAreAway() {
    long id = fleet.deployment("main", COMMIT, "a", "b", "c", "d");
    fleet.state(id, "a", NodeState.CONVERGED, "");
    fleet.state(id, "b", NodeState.OFFLINE, "no contact");
    fleet.state(id, "c", NodeState.OFFLINE, "no contact");
    fleet.state(id, "d", NodeState.NEVER_SEEN, "");
    assertThat(push())
        .endsWith(
            "not converged 1/4 after 0.00s; offline 2: b, c; never-seen 1: d",
            "next: they are brought up to date when they come back; pullcord why b");
  }

  @Test
  void waitsForFaultsOfTheEnvironmentAndNotForOthers() {
    long id = fleet.deployment("main", COMMIT, "web-1");
    fleet.state(id, "web-1", NodeState.FAILED, "disk full", RETRY);
    clock.at("20s", () -> fleet.state(id, "web-1", NodeState.CONVERGED, ""));
    assertThat(push()).last().isEqualTo("converged 1/1 in 20s");
  }

  @Test
  void saysSomethingAtLeastEveryFifteenSeconds() {
    long id = fleet.deployment("main", COMMIT, "web-1");
    fleet.state(id, "web-1", NodeState.APPLYING, "draining pid 41");
    clock.at("40s", () -> fleet.state(id, "web-1", NodeState.CONVERGED, ""));
    assertThat(push())
        .containsSubsequence(
            "   15s  waiting for web-1 (applying: draining pid 41); Ctrl-C ends only this view",
            "   30s  waiting for web-1 (applying: draining pid 41)",
            "converged 1/1 in 40s");
  }

  @Test
  void endsAfterTwoMinutesAndSaysHowToGoOn() {
    long id = fleet.deployment("main", COMMIT, "web-1");
    fleet.state(id, "web-1", NodeState.APPLYING, "draining pid 41");
    List<String> lines = push();
    assertThat(lines)
        .endsWith(
            "not converged 0/1 after 2m: web-1 applying: draining pid 41",
            "it goes on; see: pullcord wait 3f2a91c");
    assertThat(clock.elapsed()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void countsManyNodesInsteadOfShowingEach() {
    String[] names = IntStream.range(0, 150).mapToObj(i -> "n" + i).toArray(String[]::new);
    long id = fleet.deployment("main", COMMIT, names);
    fleet.state(id, "n7", NodeState.OFFLINE, "");
    clock.at(
        "1s",
        () -> {
          for (String name : names) {
            if (!name.equals("n7") && !name.equals("n9")) {
              fleet.state(id, name, NodeState.CONVERGED, "");
            }
          }
        });
    clock.at("2s", () -> fleet.state(id, "n9", NodeState.FAILED, "check failed"));
    List<String> lines = push();
    assertThat(lines)
        .contains(
            "  1.3s  converged 148, waiting 1, offline 1", "  2.3s  n9    failed: check failed")
        .contains("not converged 148/150 after 2.3s: n9 failed: check failed; offline 1: n7");
    assertThat(lines).hasSizeLessThan(11);
  }

  @Test
  void looksAtAFleetTheMoreSeldomTheLongerALookTakes() {
    String[] names = IntStream.range(0, 150).mapToObj(i -> "n" + i).toArray(String[]::new);
    long id = fleet.deployment("main", COMMIT, names);
    AtomicInteger looks = new AtomicInteger();
    fleet.onLook(() -> {
      looks.incrementAndGet();
      clock.now = clock.now.plusMillis(200);
    });
    for (int i = 1; i < 100; i++) {
      String name = names[i];
      clock.at(i / 10.0 + "s", () -> fleet.state(id, name, NodeState.CONVERGED, ""));
    }

    push(new PushOptions(true, Duration.ofSeconds(10), false));

    assertThat(looks.get()).isBetween(4, 8);
  }

  @Test
  void equalFailuresAreToldOnceAndEndWithWhatToDoNext() {
    String[] names = {"web-1", "web-2", "web-3", "web-4"};
    long id = fleet.deployment("main", COMMIT, names);
    for (String name : names) {
      fleet.step(id, name, step(StepRecord.Outcome.RELEASE_FAULT, "no table t"));
    }
    clock.at("1s", () -> fleet.state(id, "web-1", NodeState.ROLLED_BACK, "check exited 3"));
    clock.at("2s", () -> fleet.state(id, "web-2", NodeState.ROLLED_BACK, "check exited 3"));
    clock.at("2s", () -> fleet.state(id, "web-3", NodeState.ROLLED_BACK, "check exited 4"));
    clock.at("3s", () -> fleet.state(id, "web-4", NodeState.ROLLED_BACK, "check exited 3"));
    assertThat(push())
        .endsWith(
            "  1.0s  web-1  rolled-back: check exited 3",
            "          | no table t",
            "  2.0s  web-2  rolled-back, as web-1",
            "  2.0s  web-3  rolled-back: check exited 4",
            "          | no table t",
            "  3.0s  web-4  rolled-back, as web-1",
            "not converged 0/4 after 3.0s: 3 nodes rolled-back: check exited 3 (web-1, web-2,"
                + " web-4); web-3 rolled-back: check exited 4",
            "next: pullcord why web-1; then push a mended commit, or git revert 3f2a91c and push"
                + " that");
  }

  @Test
  void aBadCommitOnFortyNodesFitsOneScreen() {
    String[] names = IntStream.range(10, 50).mapToObj(i -> "n" + i).toArray(String[]::new);
    long id = fleet.deployment("main", COMMIT, names);
    for (int i = 0; i < names.length; i++) {
      String name = names[i];
      fleet.step(id, name, step(StepRecord.Outcome.RELEASE_FAULT, "no table t"));
      clock.at(
          (1 + i / 8) + "s", () -> fleet.state(id, name, NodeState.ROLLED_BACK, "check exited 3"));
    }
    List<String> lines = push();
    assertThat(lines).hasSizeLessThan(24).allMatch(line -> line.length() < 160);
    assertThat(lines)
        .contains(
            "not converged 0/40 after 5.3s: 40 nodes rolled-back: check exited 3 (n10, n11, n12,"
                + " n13, n14, n15, n16, n17 and 32 more)");
  }

  @Test
  void tellsThatItWasSuperseded() {
    fleet.deployment("main", COMMIT, "web-1", "web-2");
    clock.at(
        "2s",
        () -> {
          fleet.deployment("main", new CommitId("abc1234".repeat(5) + "0".repeat(5)));
          fleet.changed();
        });
    assertThat(push()).last().isEqualTo("not converged 0/2 after 2.0s: superseded by abc1234");
  }

  @Test
  void tellsThatItSupersedes() {
    fleet.deployment("main", new CommitId("abc1234".repeat(5) + "0".repeat(5)), "web-1");
    long id = fleet.deployment("main", COMMIT);
    fleet.state(id, "web-1", NodeState.CONVERGED, "");
    assertThat(push()).contains("  supersedes abc1234 by pusher, which had not converged");
  }

  @Test
  void isNoSuccessWithoutANode() {
    fleet.deployment("main", COMMIT);
    assertThat(push())
        .anyMatch(l -> l.startsWith("no node follows main; make one with: pullcord invite"))
        .noneMatch(l -> l.contains("0/0"));
  }

  @Test
  void endsWhenThePusherIsGone() {
    fleet.deployment("main", COMMIT, "web-1");
    clock.at(
        "1s",
        () -> {
          connected = false;
          fleet.changed();
        });
    push();
    assertThat(clock.elapsed()).isLessThanOrEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void endsWhenTheServerStops() {
    fleet.deployment("main", COMMIT, "web-1");
    clock.at("1s", () -> clock.stop = true);
    assertThat(push()).last().isEqualTo("server stopping; run pullcord wait 3f2a91c");
  }

  @Test
  void doesNotTakeEnvironmentAndTimeoutForTheSame() {
    long id = fleet.deployment("main", COMMIT, "web-1");
    fleet.state(id, "web-1", NodeState.FAILED, "disk full, again in 20 s", RETRY);
    assertThat(push(new PushOptions(true, Duration.ofSeconds(5), false)))
        .contains("not converged 0/1 after 5.0s: web-1 failed: disk full, again in 20 s");
  }

  private static StepRecord step(StepRecord.Outcome outcome, String output) {
    return new StepRecord(
        1, 0, COMMIT, StepRecord.Kind.HEALTH, "grep", outcome, Instant.EPOCH, 5, 1, output);
  }

  /** Time that passes only while somebody waits, with events at given times. */
  private static final class Script implements PushClock {
    private record Event(Duration at, Runnable what) {}

    private final Queue<Event> events = new ArrayDeque<>();
    private Duration now = Duration.ZERO;
    private boolean stop;

    void at(String time, Runnable what) {
      long millis = Math.round(1000 * Double.parseDouble(time.replace("s", "")));
      events.add(new Event(Duration.ofMillis(millis), what));
    }

    @Override
    public Duration elapsed() {
      return now;
    }

    @Override
    public void await(Duration atMost) {
      Duration until = now.plus(atMost);
      Event next = events.peek();
      if (next != null && next.at().compareTo(until) <= 0) {
        events.remove();
        now = next.at().compareTo(now) < 0 ? now : next.at();
        next.what().run();
      } else {
        now = until;
      }
    }

    @Override
    public boolean stopping() {
      return stop;
    }
  }
}
