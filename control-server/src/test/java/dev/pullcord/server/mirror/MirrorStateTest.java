package dev.pullcord.server.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.store.MirrorTable.Look;
import dev.pullcord.server.store.MirrorTable.MirroredRef;
import dev.pullcord.server.store.MirrorTable.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The one state of a mirror. */
class MirrorStateTest {
  private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");
  private static final CommitId COMMIT = new CommitId("a".repeat(40));

  private static MirrorState after(
      Duration passed, String state, @Nullable Instant fetched, List<MirroredRef> refs) {
    Instant failing = state.equals("ok") || state.equals("empty") ? null : T;
    Look look = new Look(state, failing == null ? "" : "WHY  it is so", fetched, failing, "main");
    return MirrorState.of(Optional.of(look), refs, T.plus(passed));
  }

  private static MirroredRef ref(Standing standing, String problem) {
    return new MirroredRef("refs/heads/main", COMMIT, standing, problem, null, T);
  }

  @Test
  void isUnreachableAtFirstAndStaleAfterTenMinutes() {
    MirrorState first = after(Duration.ofMinutes(9), "unreachable", T, List.of());
    assertThat(first).isEqualTo(new MirrorState("unreachable", "WHY  it is so", List.of()));

    MirrorState later = after(Duration.ofMinutes(10), "unreachable", T, List.of());
    assertThat(later.word()).isEqualTo("stale");
    assertThat(later.alarms()).containsExactly("mirror stale for 10m: WHY  it is so");
  }

  @Test
  void countsFromTheFirstFailureWhereNoLookEverWentWell() {
    assertThat(after(Duration.ofMinutes(12), "unreachable", null, List.of()).alarms())
        .containsExactly("mirror stale for 12m: WHY  it is so");
  }

  @Test
  void staysRefusedWhileSomebodyHasToDoSomething() {
    MirrorState state = after(Duration.ofHours(2), "refused", T, List.of());
    assertThat(state.word()).isEqualTo("refused");
    assertThat(state.alarms()).containsExactly("mirror stale for 2h: WHY  it is so");
  }

  @Test
  void saysARewindAndABadCommitAtOnce() {
    MirrorState rewound =
        after(Duration.ZERO, "ok", T, List.of(ref(Standing.REWRITTEN, "taken back")));
    assertThat(rewound)
        .isEqualTo(
            new MirrorState("rewritten", "main: taken back", List.of("upstream main: taken back")));

    MirrorState bad =
        after(Duration.ZERO, "ok", T, List.of(ref(Standing.UNDEPLOYABLE, "aaaaaaa is not")));
    assertThat(bad).isEqualTo(new MirrorState("ok", "", List.of("upstream main: aaaaaaa is not")));
  }

  @Test
  void isOkOrEmptyWithoutAnAlarm() {
    assertThat(after(Duration.ofDays(3), "ok", T, List.of(ref(Standing.MIRRORED, ""))))
        .isEqualTo(new MirrorState("ok", "", List.of()));
    assertThat(after(Duration.ZERO, "empty", T, List.of()).word()).isEqualTo("empty");
    assertThat(MirrorState.of(Optional.empty(), List.of(), T).word()).isEqualTo("unreachable");
  }
}
