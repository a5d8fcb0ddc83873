package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.fake.Session;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verbs of a rollout print. */
@SuppressWarnings("NullAway.Init")
class RolloutVerbTest {
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

  @Test
  void rolloutShowsALineForEachBranch() {
    session.shows(
        "rollout",
        0,
        """
        REF   DEPLOYMENT  COMMIT   STRATEGY  STATE    HAVE IT  REASON
        main  12          3f2a91c  rolling   running  1/2      1 of 1 that may be \
        unavailable: grep-1
        """);
  }

  @Test
  void rolloutOfABranchShowsItsWaves() {
    session.shows(
        "rollout main",
        0,
        """
        main 3f2a91c  rolling  running
        1 of 2 nodes were given it, 0 failed; failure budget 0; deployment 12 by ann
        WAVE    STATE    NODES
        wave 1  running  grep-1
        wave 2  waiting  grep-2
        running: 1 of 1 that may be unavailable: grep-1
        """);
  }

  @Test
  void rolloutOfABranchThatIsNotThereNamesThoseThatAre() {
    session.shows(
        "rollout gone",
        4,
        """
        ! nothing was deployed from branch gone; there are: main
        """);
  }

  @Test
  void pauseNeedsAReason() {
    session.shows(
        "pause main",
        2,
        """
        ! pullcord: --reason TEXT is missing (pullcord pause --help)
        """);
  }
}
