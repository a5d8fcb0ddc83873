package dev.pullcord.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.protocol.report.NodeState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the agent's own log says of passes. */
class PassLinesTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.pullcord.agent.ConvergePass");
  private final Level level = logger.getLevel();
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final FakeClock clock = new FakeClock();
  private final PassLines lines = new PassLines(clock);

  @BeforeEach
  void listen() {
    appender.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(appender);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(appender);
    logger.setLevel(level);
  }

  private void pass(NodeState state, String reason, boolean applied) {
    long began = clock.nanos();
    lines.ended(state, reason, "by the poll", applied, began);
  }

  private List<String> said() {
    List<String> said = appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    appender.list.clear();
    return said;
  }

  @Test
  void aPassThatFindsAllAsItShouldBeIsSilentAndOneThatDidSomethingIsNot() {
    pass(NodeState.CONVERGED, "runs 3f2a91c", true);
    assertThat(said())
        .singleElement()
        .asString()
        .startsWith("converged: runs 3f2a91c (by the poll, took ");
    pass(NodeState.CONVERGED, "runs 3f2a91c", false);
    assertThat(said()).isEmpty();
    pass(NodeState.CONVERGED, "runs 3f2a91c", true);
    assertThat(said()).hasSize(1);
  }

  @Test
  void tenMinutesOfTheSameFailureAreAFewLinesAndNotNone() {
    for (int i = 0; i < 60; i++) {
      pass(NodeState.FAILED, "worker grep exited 1 (again in " + i + " s)", true);
      clock.manual().advance(Duration.ofSeconds(10));
    }

    List<String> said = said();

    assertThat(said).hasSizeBetween(3, 5);
    assertThat(said.getFirst()).startsWith("failed: worker grep exited 1 (again in 0 s) (by the");
    assertThat(said.getLast()).contains("(still, for ").contains(", pass ");
  }

  @Test
  void anotherFailureIsSaidAtOnceAndSoIsTheEndOfIt() {
    pass(NodeState.FAILED, "the disk is full", false);
    pass(NodeState.FAILED, "no inodes are left", false);
    pass(NodeState.CONVERGED, "runs 3f2a91c", false);

    assertThat(said()).hasSize(3);
  }

  @Test
  void aFailureThatLastsForDaysIsSaidEveryHour() {
    for (int i = 0; i < 48 * 60; i++) {
      pass(NodeState.FAILED, "the disk is full", false);
      clock.manual().advance(Duration.ofMinutes(1));
    }

    assertThat(said()).hasSizeBetween(48, 56);
  }
}
