package dev.pullcord.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pullcord.agent.fake.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A server that keeps the stream open and takes no reports left no line anywhere. */
class SendTroubleTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(Reporter.class);
  private final Level level = logger.getLevel();
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final FakeClock clock = new FakeClock();
  private final SendTrouble trouble = new SendTrouble("reports", clock, this::heard);
  private boolean away;

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

  private @Nullable Instant heard() {
    return away ? null : clock.now();
  }

  private List<String> said() {
    List<String> said = appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    appender.list.clear();
    return said;
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      trouble.failed("STORE_FULL  the disk is full");
      clock.manual().advance(Duration.ofSeconds(10));
    }
  }

  @Test
  void hoursOfRefusalsAreOneLineAndTheirEndAnother() {
    fail(400);
    assertThat(said())
        .containsExactly(
            "SEND_REFUSED  the server does not take reports: STORE_FULL  the disk is full;"
                + " they are kept and sent again");

    trouble.taken();
    trouble.taken();
    assertThat(said()).containsExactly("the server takes reports again");
    assertThat(trouble.problem()).isNull();
  }

  @Test
  void aServerThatAnswersNothingAtAllIsNotNamedASecondTime() {
    away = true;
    fail(400);
    trouble.taken();
    assertThat(said()).isEmpty();
  }

  @Test
  void aServerThatBeginsAgainIsNotNamedASecondTime() {
    fail(2);
    assertThat(trouble.problem()).contains("STORE_FULL");
    trouble.taken();

    fail(2);
    trouble.taken();
    assertThat(said()).isEmpty();
  }

  @Test
  void whatWasDroppedBeforeMakesNoShortFailureALongOne() {
    clock.manual().advance(Duration.ofHours(1));
    trouble.dropped("UNFIT  it is too long");
    clock.manual().advance(Duration.ofHours(1));

    fail(2);
    assertThat(said()).isEmpty();
    fail(3);
    assertThat(said()).hasSize(1);
  }

  @Test
  void aDropEndsWhatLasted() {
    fail(2);
    trouble.dropped("UNFIT  it is too long");
    clock.manual().advance(Duration.ofHours(1));

    fail(2);
    assertThat(said()).isEmpty();
  }
}
