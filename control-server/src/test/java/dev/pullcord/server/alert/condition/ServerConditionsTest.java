package dev.pullcord.server.alert.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.server.FakeCommits;
import dev.pullcord.server.alert.AlertCondition;
import dev.pullcord.server.alert.AlertEvent;
import dev.pullcord.server.alert.condition.ServerFacts.DiskState;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is so of the mirror and of the server's disk at a moment. */
class ServerConditionsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final long MIB = 1L << 20;

  private @Nullable UpstreamView upstream;
  private long free = 100L << 30;
  private long total = 100L << 30;

  private final ServerConditions conditions =
      new ServerConditions(
          new ServerFacts(
              () -> Optional.ofNullable(upstream),
              () -> new DiskState(Path.of("/var/lib/pullcord"), free, total),
              URI.create("https://pullcord.example/")));

  private List<AlertEvent> events() {
    return conditions.of(NOW).conditions().stream().map(AlertCondition::event).toList();
  }

  private AlertCondition only() {
    List<AlertCondition> all = conditions.of(NOW).conditions();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private void mirror(
      @Nullable Duration fetchedBefore,
      @Nullable Duration failingFor,
      String reason,
      UpstreamView.Ref... refs) {
    upstream =
        new UpstreamView(
            "https://git.example/fleet.git",
            failingFor == null ? "ok" : "unreachable",
            reason,
            fetchedBefore == null ? null : NOW.minus(fetchedBefore),
            failingFor == null ? null : NOW.minus(failingFor),
            "main",
            List.of(refs));
  }

  @Test
  void aServerThatPeoplePushToHasNothingToTell() {
    assertThat(events()).isEmpty();
  }

  @Test
  void aMirrorIsStaleTenMinutesAfterItsLastLookThatWentWell() {
    mirror(Duration.ofMinutes(10).minusSeconds(1), Duration.ofMinutes(9), "no route to host");
    assertThat(events()).isEmpty();
    mirror(Duration.ofMinutes(10), Duration.ofMinutes(9), "no route to host");

    AlertCondition stale = only();
    assertThat(stale.event()).isEqualTo(AlertEvent.MIRROR_STALE);
    assertThat(stale.since()).isEqualTo(NOW);
    assertThat(stale.words().title())
        .startsWith("the mirror is stale since ")
        .endsWith(": no route to host");
    assertThat(stale.words().next()).contains("pullcord upstream", "pullcord fetch");
  }

  @Test
  void aMirrorThatNeverWentWellIsCountedFromItsFirstFailure() {
    mirror(null, Duration.ofMinutes(9), "credentials refused");
    assertThat(events()).isEmpty();
    mirror(null, Duration.ofMinutes(10), "credentials refused");
    assertThat(events()).containsExactly(AlertEvent.MIRROR_STALE);
  }

  @Test
  void aQuietUpstreamIsNotStale() {
    mirror(Duration.ofDays(3), null, "");

    assertThat(events()).isEmpty();
  }

  @Test
  void aCommitThatNoNodeGetsIsToldWithItsPlaceAndAsItsBranch() {
    mirror(
        Duration.ZERO,
        null,
        "",
        new UpstreamView.Ref(
            "main",
            FakeCommits.commit(7),
            false,
            "is not deployed: pullcord.yaml:7:3 no such bundle",
            FakeCommits.commit(1),
            false),
        new UpstreamView.Ref("fine", FakeCommits.commit(8), true, "", null, false));

    AlertCondition refused = only();
    assertThat(refused.event()).isEqualTo(AlertEvent.COMMIT_REFUSED);
    assertThat(refused.ref()).isEqualTo("main");
    assertThat(refused.words().title())
        .isEqualTo("upstream main at 0000007: is not deployed: pullcord.yaml:7:3 no such bundle");
    assertThat(refused.words().next()).startsWith("push a mended commit to the upstream");
  }

  @Test
  void aBranchThatWasTakenBackAsksForADecision() {
    mirror(
        Duration.ZERO,
        null,
        "",
        new UpstreamView.Ref(
            "main", null, false, "was deleted upstream", FakeCommits.commit(1), true));

    AlertCondition rewound = only();
    assertThat(rewound.words().title()).isEqualTo("upstream main: was deleted upstream");
    assertThat(rewound.words().next()).startsWith("pullcord accept-rewind main --reason");
  }

  @ParameterizedTest
  @CsvSource({
    "511, 100000, true",
    "512, 2000, false",
    "4999, 100000, true",
    "5000, 100000, false",
    "8191, 1000000, true",
    "8192, 1000000, false",
    "500, 600, true",
  })
  void aDiskIsNearlyFullByPercentUnlessMuchIsLeftAndByMiBInAnyCase(
      long freeMib, long totalMib, boolean full) {
    free = freeMib * MIB;
    total = totalMib * MIB;

    assertThat(events()).isEqualTo(full ? List.of(AlertEvent.DISK_FULL) : List.of());
  }

  @Test
  void eachEndsWithWhatIsSoNow() {
    free = 700 * MIB;

    assertThat(conditions.ending(AlertEvent.MIRROR_STALE, "upstream"))
        .isEqualTo("the mirror is fresh again");
    assertThat(conditions.ending(AlertEvent.COMMIT_REFUSED, "main"))
        .isEqualTo("upstream main: its commit is deployed again");
    assertThat(conditions.ending(AlertEvent.DISK_FULL, "server"))
        .isEqualTo("the disk of the server has room again: 700 MiB are free");
  }
}
