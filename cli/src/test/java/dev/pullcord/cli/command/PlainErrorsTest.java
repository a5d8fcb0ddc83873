package dev.pullcord.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.Session;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused is said in one form, in the words of who asked, and with what to do. */
@SuppressWarnings("NullAway.Init")
class PlainErrorsTest {
  @TempDir Path home;
  private Session session;

  @BeforeEach
  void signIn() throws IOException {
    session = new Session(home);
  }

  @AfterEach
  void stop() {
    session.close();
  }

  private void refuses(String path, int status, String code, String detail) {
    session
        .server()
        .odd(
            path,
            status,
            "application/problem+json",
            """
            {"status":%d,"code":"%s","detail":"%s","field":"ref"}
            """
                .formatted(status, code, detail));
  }

  @Test
  void aRefusalHasNeitherTheNameOfAFieldNorEscapedQuotes() {
    refuses("/api/v1/deployments", 404, "REF_MISSING", "there is no branch \\\"mian\\\" here");
    session.shows(
        "deployments --ref mian",
        4,
        """
        ! there is no branch "mian" here
        """);
  }

  @Test
  void aTokenThatDoesNotWorkSaysHowToSignIn() {
    refuses("/api/v1/fleet", 401, "TOKEN_UNKNOWN", "no such token");
    assertThat(session.run("status"))
        .contains("! the token in PULLCORD_TOKEN does not work here: set another, or unset it;")
        .contains("pullcord login https://SERVER");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          rollbak, did you mean rollback?
          statsu, did you mean status?
          follwo, did you mean follow?
          """)
  void aVerbThatIsNearlyRightIsNamed(String verb, String guess) {
    assertThat(session.run(verb)).contains(guess);
  }

  @Test
  void whatIsFarOffIsNotGuessed() {
    assertThat(session.run("undo")).contains("no verb undo").doesNotContain("did you mean");
  }

  @ParameterizedTest
  @CsvSource({
    "logs grep-1 -n 0, a number from 1",
    "logs grep-1 -n x, no whole number",
    "nodes --state odd, failed"
  })
  void aWordOfTheWrongKindSaysWhatIsExpected(String line, String expected) {
    assertThat(session.run(line)).startsWith("2\n! ").contains(expected).doesNotContain("long");
  }

  @Test
  void aNodeThatIsAwayIsAskedWhenItComesBack() {
    session.server().fleet().set("grep-2", NodeState.OFFLINE, "no contact");
    assertThat(session.run("retry grep-2")).contains("when it comes back");
    assertThat(session.run("worker restart grep-2 --worker grep")).contains("when it comes back");
  }

  @Test
  void severalStatesAreChosenAtOnce() {
    assertThat(session.run("nodes --state failed,offline")).startsWith("0\n");
  }
}
