package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.fake.Session;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What suspending prints, and what it does to the other verbs. */
@SuppressWarnings("NullAway.Init")
class SuspendTest {
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
  void suspendSaysUntilWhenAndHowItEnds() {
    session.shows(
        "suspend grep-2 --for 2h --reason 'new disk'",
        0,
        """
        suspended grep-2 until 2026-01-01 14:00 UTC; it still gets new commits; to end that: \
        pullcord resume-node grep-2
        """);
    session.shows(
        "resume-node grep-2",
        0,
        """
        grep-2 counts again; it is failed: check bin/check-patterns exited 1
        """);
    session.shows(
        "resume-node -l role=grep",
        0,
        """
        none of these is suspended
        """);
    session.shows(
        "resume-node grep-2",
        4,
        """
        ! grep-2 is not suspended
        """);
  }

  @Test
  void suspendChecksWhatItIsGiven() {
    session.shows(
        "suspend --for 2h --reason x",
        2,
        """
        ! which nodes? names or -l LABELS expected
        """);
    session.shows(
        "suspend grep-2 --for 400d --reason x",
        2,
        """
        ! --for 400d: 10s to 365d expected
        """);
  }
}
