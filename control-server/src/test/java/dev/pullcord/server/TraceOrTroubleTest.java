package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;

/** What the server's log says of what libraries log, with the pattern of {@code logback.xml}. */
class TraceOrTroubleTest {
  private final LoggerContext context = new LoggerContext();

  @BeforeEach
  void readTheServersConfiguration() throws JoranException {
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(TraceOrTroubleTest.class.getResource("/logback.xml"));
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void saysOfADiskThatFailsALibraryOneSentenceAndNoClass() {
    FileSystemException full =
        new FileSystemException("/srv/main.lock", null, "Too many open files");

    assertThat(logged("Creating lock file /srv/main.lock failed", new IOException(full)))
        .contains("/srv/main.lock: this process may open no more files; raise LimitNOFILE")
        .doesNotContain("Exception", "at dev.", "at java.")
        .hasLineCount(1);
  }

  @Test
  void keepsTheTraceOfWhatIsAFaultOfOurs() {
    assertThat(logged("the pass ended", new IllegalStateException("no head")))
        .contains("java.lang.IllegalStateException: no head", "TraceOrTroubleTest")
        .hasLineCount(1);
  }

  @Test
  void whatSomebodySentNeitherColoursTheLogNorBeginsALine() {
    String sent =
        "unexpected \u001b[2J\u001b]0;x\u0007\r\n2026-01-01 INFO  ready\u202e \u009b31m\tend";

    assertThat(logged("fetch refused: " + sent, new IllegalStateException(sent)))
        .contains("fetch refused: unexpected ?[2J?]0;x? | 2026-01-01 INFO  ready? ?31m\tend")
        .doesNotContain("\u001b", "\u009b", "\u202e", "\u0007")
        .hasLineCount(1);
  }

  /** With a pattern that tries each blank anew this is some hundred thousand million steps. */
  @Test
  @Timeout(60)
  void aLineOfBlanksThatSomebodySentTakesNoTime() {
    String sent = "x" + " ".repeat(500_000) + "y" + "\n".repeat(500_000);

    assertThat(logged(sent, new IllegalStateException("z" + " ".repeat(500_000) + "z")))
        .contains("y | java.lang.IllegalStateException")
        .hasLineCount(1);
  }

  private String logged(String message, Throwable thrown) {
    OutputStreamAppender<ILoggingEvent> out =
        (OutputStreamAppender<ILoggingEvent>)
            context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("out");
    LoggingEvent event =
        new LoggingEvent(
            "", context.getLogger("org.eclipse.jgit.LockFile"), Level.ERROR, message, thrown, null);
    return new String(out.getEncoder().encode(event), StandardCharsets.UTF_8);
  }
}
