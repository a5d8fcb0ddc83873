package dev.pullcord.agent.main;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the agent's log says of what libraries log. */
class TraceOrFaultTest {
  private final LoggerContext context = new LoggerContext();

  @AfterEach
  void stop() {
    context.stop();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void saysOfAFileThatALibraryCannotOpenOneSentenceAndNoClass(boolean daemon) {
    FileNotFoundException full =
        new FileNotFoundException("/srv/repo.git/pack-1.pack (Too many open files)");

    assertThat(logged(daemon, "Exception caught while accessing pack", new IOException(full)))
        .contains("/srv/repo.git/pack-1.pack: this process may open no more files; raise")
        .doesNotContain("IOException", "FileNotFoundException", "\tat ")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keepsTheTraceOfWhatIsAFaultOfOurs(boolean daemon) {
    assertThat(logged(daemon, "the pass ended", new IllegalStateException("no head")))
        .contains("the pass ended java.lang.IllegalStateException: no head")
        .containsOnlyOnce("IllegalStateException")
        .contains("TraceOrFaultTest");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatSomebodyWroteNeitherColoursTheLogNorBeginsALine(boolean daemon) {
    String wrote = "said \u001b[2J\u0007\n2026-01-01 INFO  ready\u202e \u009b31m\tend";

    assertThat(logged(daemon, wrote, null))
        .contains("said ?[2J? | 2026-01-01 INFO  ready? ?31m\tend")
        .hasLineCount(1);
    assertThat(logged(daemon, "it failed", new IllegalStateException(wrote)))
        .doesNotContain("\u001b", "\u009b", "\u202e", "\u0007");
  }

  /** With a pattern that tries each blank anew this is some hundred thousand million steps. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Timeout(60)
  void aLineOfBlanksThatSomebodyWroteTakesNoTime(boolean daemon) {
    String wrote = "x" + " ".repeat(500_000) + "y" + "\n".repeat(500_000);

    assertThat(logged(daemon, wrote, null)).endsWith("y\n").hasLineCount(1);
  }

  private String logged(boolean daemon, String message, @Nullable Throwable thrown) {
    LoggingEvent event =
        new LoggingEvent(
            "", context.getLogger("org.eclipse.jgit.Pack"), Level.ERROR, message, thrown, null);
    byte[] line = LogSetup.lines(context, daemon).encode(event);
    return new String(line, StandardCharsets.UTF_8);
  }
}
