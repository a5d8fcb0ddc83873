package dev.pullcord.server.store;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.store.NodeContact.Ahead;
import dev.pullcord.server.store.NodeContact.Speaker;
import dev.pullcord.server.store.NodeContact.TwoHosts;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NodeContactTest {
  private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");
  private static final Speaker ONE =
      new Speaker("s1", "grep-1", "10.0.0.7", "5f1e2d3c-aaaa-bbbb", "m1");
  private static final Speaker OTHER = new Speaker("s2", "grep-1", "10.0.0.8", "77", "m2");
  private static final TwoHosts TWO = new TwoHosts(ONE, OTHER, T);
  private static final Ahead AHEAD = new Ahead(9, commit(3), true, T);

  @Test
  void aHostIsNamedWithItsAddressAndTheBeginningOfItsBoot() {
    assertThat(ONE.text()).isEqualTo("grep-1 (10.0.0.7, boot 5f1e2d3c)");
    assertThat(OTHER.text()).isEqualTo("grep-1 (10.0.0.8, boot 77)");
  }

  @Test
  void ofTwoHostsTheOtherOneIsFoundByTheStartOfItsAgent() {
    assertThat(TWO.has(ONE)).isTrue();
    assertThat(TWO.has(new Speaker("s3", "grep-1", "10.0.0.7", "5f", "m1"))).isFalse();
    assertThat(TWO.without(ONE)).isEqualTo(OTHER);
    assertThat(TWO.without(OTHER)).isEqualTo(ONE);
  }

  @Test
  void twoHostsAlarmBeforeARestoredServerDoes() {
    NodeContact both = NodeContact.NONE.withAhead(AHEAD).withTwoHosts(TWO);
    assertThat(both.alarm()).startsWith("two hosts use the key").contains(ONE.text(), OTHER.text());
    assertThat(both.withTwoHosts(null).alarm())
        .isEqualTo("runs 0000003, which this server does not have (revision 9): server restored?");
    assertThat(both.withTwoHosts(null).withAhead(null).alarm()).isNull();
  }

  @Test
  void aDecisionThatIsNotFromHereIsWordedByWhatIsKnownOfIt() {
    assertThat(new Ahead(9, commit(3), false, T).text())
        .isEqualTo("runs 0000003 by revision 9, which this server never made: server restored?");
    assertThat(new Ahead(9, null, false, T).text()).startsWith("follows by revision 9");
  }

  @Test
  void aNewSessionEndsTheStopAndKeepsTheAlarms() {
    NodeContact stopped = NodeContact.NONE.withTwoHosts(TWO).withAhead(AHEAD).stopped(T);
    NodeContact opened = stopped.opened(ONE, T.plusSeconds(5));
    assertThat(opened)
        .isEqualTo(new NodeContact(ONE, T.plusSeconds(5), null, TWO, AHEAD, null, null));
  }

  @Test
  void withoutItsSessionAnAgentHasToOpenAnotherOne() {
    NodeContact opened = NodeContact.NONE.opened(ONE, T).stopped(T.plusSeconds(1));
    assertThat(opened.withoutSession())
        .isEqualTo(new NodeContact(null, null, T.plusSeconds(1), null, null, null, null));
  }
}
