package dev.pullcord.server.dashboard.fleet;

import static dev.pullcord.server.dashboard.Nodes.NOW;
import static dev.pullcord.server.dashboard.Nodes.node;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.dashboard.FakeFleet;
import dev.pullcord.server.dashboard.fleet.FleetFeed.Edition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Turns the feed by hand, on a clock that stands. */
class FleetFeedTest {
  private final FakeFleet fleet = new FakeFleet();
  private long nanos = 1_000_000_000_000L;
  private final FleetFeed feed = new FleetFeed(fleet, new FleetPage(fleet)::read, () -> nanos);

  @Test
  void readsNothingWhileNobodyWatches() {
    fleet.put(node("a").view());
    feed.turn();
    assertThat(fleet.reads()).isZero();
  }

  @Test
  void whoeverComesIsGivenTheFleetAsItIsNow() throws InterruptedException {
    feed.enter();
    feed.turn();
    feed.leave();
    fleet.put(node("a").view());
    feed.enter();
    assertThat(newest(-1)).isNull();
    feed.turn();
    Edition edition = requireNonNull(newest(-1));
    assertThat(edition.model().nodes()).hasSize(1);
  }

  @Test
  void aBurstOfChangesIsOneReading() throws InterruptedException {
    watch();
    int reads = fleet.reads();
    for (int i = 0; i < 100; i++) {
      fleet.put(node("a").state(NodeState.APPLYING, "step " + i, NOW).view());
      feed.turn();
    }
    assertThat(fleet.reads()).isEqualTo(reads);
    pass(FleetFeed.PACE);
    feed.turn();
    assertThat(fleet.reads()).isEqualTo(reads + 1);
    assertThat(newest(1)).isNotNull();
  }

  @Test
  void aChangeAfterARestIsShownAtOnce() {
    watch();
    pass(Duration.ofSeconds(3));
    fleet.put(node("b").view());
    assertThat(feed.turn()).isZero();
    assertThat(fleet.reads()).isEqualTo(2);
  }

  @Test
  void aLargeFleetIsReadMoreSeldom() {
    for (int i = 0; i <= FleetFeed.LARGE; i++) {
      fleet.put(node("n" + i).view());
    }
    watch();
    pass(FleetFeed.PACE);
    fleet.put(node("n0").state(NodeState.FAILED, "why", NOW).view());
    assertThat(feed.turn()).isEqualTo(FleetFeed.PACE_LARGE.minus(FleetFeed.PACE));
    pass(FleetFeed.PACE_LARGE);
    assertThat(feed.turn()).isZero();
  }

  @Test
  void looksByItselfNowAndThenAndKeepsQuietWhenNothingDiffers() throws InterruptedException {
    watch();
    pass(FleetFeed.REFRESH);
    feed.turn();
    assertThat(fleet.reads()).isEqualTo(2);
    assertThat(newest(1)).isNull();
  }

  @Test
  void aReaderThatFailsIsAskedAgainAndNobodyIsToldThatTheLastEditionStillHolds()
      throws InterruptedException {
    watch();
    pass(Duration.ofSeconds(3));
    fleet.broken(true);
    feed.turn();
    assertThat(feed.knows()).isFalse();
    assertThat(feed.recent()).isNull();
    assertThat(feed.turn()).isEqualTo(FleetFeed.RETRY);
    fleet.broken(false);
    fleet.put(node("b").view());
    pass(FleetFeed.PACE);
    feed.turn();
    assertThat(feed.knows()).isTrue();
    Edition edition = requireNonNull(newest(1));
    assertThat(edition.model().nodes()).hasSize(2);
  }

  @Test
  void closingLetsGoOfTheFleet() throws InterruptedException {
    watch();
    feed.close();
    assertThat(fleet.listeners()).isZero();
    assertThat(feed.await(99, Duration.ofMinutes(1))).isNull();
  }

  private void watch() {
    fleet.put(node("a").view());
    feed.enter();
    feed.turn();
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private @Nullable Edition newest(long after) throws InterruptedException {
    return feed.await(after, Duration.ZERO);
  }
}
