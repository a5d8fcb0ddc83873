package dev.pullcord.server.deployment;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.DeploymentView.State;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.store.DeploymentTable.Ending;
import dev.pullcord.server.store.DeploymentTable.Member;
import dev.pullcord.server.store.DeploymentTable.MemberEnd;
import dev.pullcord.server.store.DeploymentTable.Next;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import dev.pullcord.server.store.RefTable.BranchHead;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a deployment is, by what is kept of its members; {@code DeploymentsTest} has live ones. */
class DeploymentJudgeTest {
  private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");

  private static StoredDeployment deployment(@Nullable Next next, @Nullable Ending ending) {
    BranchHead head = new BranchHead("main", commit(1), null, "s", "a", "p");
    return new StoredDeployment(7, head, State.RUNNING, T, null, next, ending);
  }

  /** Ran the commit, and was removed or went elsewhere since. */
  private static Member ran(int seconds) {
    return new Member(1, new NodeName("a"), T.plusSeconds(seconds), T, T.plusSeconds(90), null);
  }

  /** Left before it ran the commit. */
  private static Member left(int seconds) {
    return new Member(2, new NodeName("b"), null, T, T.plusSeconds(seconds), null);
  }

  /** Is to run the commit; the fleet does not know of it yet. */
  private static Member coming() {
    return new Member(3, new NodeName("c"), null, T, null, null);
  }

  private static Member ended(NodeState state, @Nullable Instant convergedAt) {
    return new Member(4, new NodeName("d"), convergedAt, T, null, new MemberEnd(state, "why"));
  }

  private static StoredDeployment judged(StoredDeployment deployment, Member... members) {
    List<DeploymentMember> judged =
        Stream.of(members)
            .map(m -> new DeploymentMember(deployment, m, null, null, false))
            .toList();
    return DeploymentJudge.progressed(deployment, judged);
  }

  private static Arguments row(
      String what, State state, @Nullable Integer endedAfter, Member... members) {
    Ending ending = endedAfter == null ? null : new Ending(state, T.plusSeconds(endedAfter));
    return Arguments.of(what, state, ending, members);
  }

  static Stream<Arguments> open() {
    return Stream.of(
        row("without a node it never ends", State.INCOMPLETE, null),
        row("one is on its way", State.RUNNING, null, ran(5), coming()),
        row("one is on its way and one has left", State.RUNNING, null, left(9), coming()),
        row("all ran it: ended when the last one did", State.CONVERGED, 8, ran(5), ran(8)),
        row("one left before it ran: ended when it left", State.INCOMPLETE, 40, ran(5), left(40)),
        row("one left, and another ran it later", State.INCOMPLETE, 50, ran(50), left(40)),
        row("never ends before it began", State.CONVERGED, 0, ran(-5)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("open")
  void anOpenDeploymentEndsWhenEachMemberIsDone(
      String what, State state, @Nullable Ending ending, Member[] members) {
    StoredDeployment now = judged(deployment(null, null), members);
    assertThat(now.state()).as(what).isEqualTo(state);
    assertThat(now.ending()).as(what).isEqualTo(ending);
  }

  @Test
  void convergesOnceAllRanItAndKeepsThatTime() {
    assertThat(judged(deployment(null, null), ran(5), coming()).convergedAt()).isNull();
    StoredDeployment converged = judged(deployment(null, null), ran(5), ran(8));
    assertThat(converged.convergedAt()).isEqualTo(T.plusSeconds(8));
    assertThat(judged(converged, ran(5), ran(8), ran(20)).convergedAt())
        .as("a latecomer does not move it")
        .isEqualTo(T.plusSeconds(8));
  }

  @Test
  void aSupersededOneStaysSuperseded() {
    StoredDeployment old = deployment(new Next(8, commit(2)), null);
    assertThat(judged(old, coming()).state()).isEqualTo(State.SUPERSEDED);
  }

  @Test
  void oneThatEndedKeepsItsEndWhoeverComesLater() {
    Ending ending = new Ending(State.INCOMPLETE, T.plusSeconds(60));
    Member failed = ended(NodeState.FAILED, null);

    StoredDeployment quiet = judged(deployment(null, ending), failed);
    assertThat(quiet.state()).isEqualTo(State.INCOMPLETE);
    assertThat(quiet.ending()).isEqualTo(ending);

    StoredDeployment late = judged(deployment(null, ending), failed, coming());
    assertThat(late.state()).isEqualTo(State.INCOMPLETE);
    assertThat(late.ending()).as("the outcome is history").isEqualTo(ending);
  }

  @Test
  void aMemberIsShownAsItWasAtTheEnd() {
    DeploymentMember member =
        new DeploymentMember(
            deployment(null, new Ending(State.INCOMPLETE, T)),
            ended(NodeState.ROLLED_BACK, null),
            null,
            null,
            false);
    assertThat(member.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(member.reason()).isEqualTo("why");
    assertThat(member.outcome()).contains(NodeState.ROLLED_BACK);
  }

  @Test
  void aMemberThatWasRemovedSaysWhetherItRanTheCommit() {
    DeploymentMember ran = new DeploymentMember(deployment(null, null), ran(5), null, null, false);
    DeploymentMember left =
        new DeploymentMember(deployment(null, null), left(5), null, null, false);
    assertThat(ran.reason()).isEqualTo("ran it from 2026-01-01T00:00:05Z; was removed");
    assertThat(ran.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(left.reason()).isEqualTo("was removed, before it ran this");
    assertThat(left.state()).isEqualTo(NodeState.HELD);
  }
}
