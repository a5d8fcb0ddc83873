package dev.pullcord.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.Session;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No sentence says a time as programs write it; JSON has it to the second. */
@SuppressWarnings("NullAway.Init")
class SpokenTimesInVerbsTest {
  private static final Pattern ISO = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT");

  private static final String SENTENCE = "draining pid 12 since 2026-01-01T11:57:55Z";

  @TempDir Path home;
  private Session session;

  @BeforeEach
  void signIn() throws IOException {
    session = new Session(home);
    session.server().fleet().deploy(13, FakeFleet.HEAD, null);
    session.server().fleet().set("grep-2", NodeState.APPLYING, SENTENCE);
  }

  @AfterEach
  void stop() {
    session.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "nodes",
        "node grep-2",
        "why grep-2",
        "ps",
        "ps grep-2",
        "deployments",
        "deployment 13",
        "pins",
        "retry grep-2",
        "wait --timeout 1s",
        "history grep-2"
      })
  void noVerbSaysATimeAsProgramsWriteIt(String verb) {
    assertThat(session.run(verb)).hasSizeGreaterThan(2).doesNotContainPattern(ISO);
  }

  @Test
  void aSentenceIsByTheServersClockAsAllBesideIt() {
    session.server().clockShows(FakeFleet.NOW.plus(Duration.ofHours(3)));
    assertThat(session.run("why grep-2")).contains("draining pid 12 for 3h 2m.");
  }

  @Test
  void aSentenceSaysHowLongAndJsonSaysSinceWhen() {
    assertThat(session.run("why grep-2")).contains("draining pid 12 for 2m 5s.");
    assertThat(session.run("why grep-2 -o json")).contains(SENTENCE);
  }
}
