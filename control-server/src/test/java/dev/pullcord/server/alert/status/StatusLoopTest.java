package dev.pullcord.server.alert.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.FakeCommits;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.outbox.TestDeliveries;
import dev.pullcord.server.store.OutboxTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the git host is told of commits that no node gets. */
class StatusLoopTest {
  private static final int MANY = OutboxTable.ENDED_KEPT + 50;

  @TempDir Path directory;
  private final List<String> told = new ArrayList<>();
  private final List<String> words = new ArrayList<>();
  private boolean tokenExpired;
  private int refused;
  private int since;
  private String why = "no pullcord.yaml";
  private boolean unreadable;
  private TestFleet fleet;
  private StatusLoop loop;

  @BeforeEach
  void open() {
    fleet = new TestFleet(directory);
    loop =
        new StatusLoop(
            fleet.store,
            fleet.model,
            () -> Optional.of(mirror()),
            URI.create("https://pullcord.example/"),
            () -> {});
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private UpstreamView mirror() {
    if (unreadable) {
      throw new UncheckedIOException(new IOException("Input/output error"));
    }
    List<UpstreamView.Ref> refs =
        IntStream.range(since, since + refused)
            .mapToObj(
                i -> new UpstreamView.Ref("b" + i, FakeCommits.commit(i), false, why, null, false))
            .toList();
    return new UpstreamView("https://git.example", "ok", "", null, null, "main", refs);
  }

  private void looks(int many) {
    for (int i = 0; i < many; i++) {
      fleet.advance(Duration.ofSeconds(2));
      loop.look();
      TestDeliveries.all(
          fleet.store,
          fleet.clock,
          StatusLoop.RECEIVER,
          message -> {
            if (tokenExpired) {
              return new Delivery.Later("HTTP 401");
            }
            told.add(message.slot() + "");
            words.add(message.title());
            return new Delivery.Done();
          });
    }
  }

  private int kept() {
    return fleet.store.read(t -> t.outbox().newestOfSlots(StatusLoop.RECEIVER)).size();
  }

  @Test
  void eachOfManyCommitsIsToldOnce() {
    refused = MANY;

    looks(5);

    assertThat(told).hasSize(MANY).doesNotHaveDuplicates();
    assertThat(kept()).isEqualTo(MANY);
  }

  @Test
  void commitsThatTheOutboxHasNoRoomForAreToldLater() {
    refused = OutboxTable.WAITING_MAX + 10;

    looks(3);

    assertThat(told).hasSize(refused).doesNotHaveDuplicates();
  }

  @Test
  void inAFullOutboxTheNewestOfWhatWaitsTakesItsPlaceAndCommitsThatNodesFollowComeFirst() {
    refused = 2 * OutboxTable.WAITING_MAX;
    fleet.join("a");
    fleet.start("a");
    fleet.commits.push("main", 5_000);
    fleet.deployments.reconcile();
    loop.look();
    why = "another reason";
    fleet.advance(Duration.ofSeconds(20));
    loop.look();

    List<OutboxTable.OutboxMessage> kept =
        fleet.store.read(t -> t.outbox().newestOfSlots(StatusLoop.RECEIVER));
    assertThat(kept)
        .hasSize(OutboxTable.WAITING_MAX)
        .allMatch(m -> m.trial().state() == OutboxTable.State.WAITING)
        .anyMatch(m -> FakeCommits.commit(5_000).value().equals(m.message().slot()))
        .anyMatch(m -> m.message().body().contains("another reason"));
  }

  @Test
  void ofCommitsThatAreThereNoMoreOnlyTheNewestAreKept() {
    refused = MANY;
    looks(2);
    since = MANY;
    refused = 3;

    looks(3);

    assertThat(told).hasSize(MANY + 3).doesNotHaveDuplicates();
    assertThat(kept()).isEqualTo(OutboxTable.ENDED_KEPT + 3);
  }

  @Test
  void whileTheMirrorCannotBeReadNothingIsForgottenAndBranchesAreToldOf() {
    refused = MANY;
    looks(2);
    unreadable = true;
    fleet.join("a");
    fleet.start("a");
    fleet.commits.push("main", 1_000);
    fleet.deployments.reconcile();

    looks(3);

    assertThat(told).hasSize(MANY + 1).endsWith(FakeCommits.commit(1_000).value());
    assertThat(kept()).isEqualTo(MANY + 1);
  }

  private void push() {
    fleet.join("a");
    fleet.start("a");
    fleet.commits.push("main", 7);
    fleet.deployments.reconcile();
  }

  @Test
  void aStatusThatWasGivenUpIsToldWhenTheHostTakesItAgain() {
    push();
    looks(1);
    fleet.converge("a");
    tokenExpired = true;
    looks(1);
    fleet.clock.advance(Duration.ofDays(2));
    fleet.converge("a");
    looks(1);
    tokenExpired = false;
    looks(5);
    assertThat(words).as("it was given up a moment ago").noneMatch(w -> w.contains("success"));

    fleet.clock.advance(Duration.ofHours(1));
    fleet.converge("a");
    looks(3);
    assertThat(words).filteredOn(w -> w.contains("success, 1/1 converged")).hasSize(1);
    int before = words.size();
    fleet.clock.advance(Duration.ofHours(2));
    fleet.converge("a");
    looks(3);
    assertThat(words).as("it is told once").hasSize(before);
  }

  @Test
  void whereEveryFollowerIsSuspendedNobodyIsToldThatNoNodeFollowsTheBranch() {
    push();
    looks(1);
    fleet
        .operations
        .suspensions()
        .suspend(TestFleet.ADA, new NodeName("a"), new SuspensionView.Request("1h", "disk"));
    looks(6);
    assertThat(words.getLast()).endsWith("every node that follows the branch is suspended");
  }
}
