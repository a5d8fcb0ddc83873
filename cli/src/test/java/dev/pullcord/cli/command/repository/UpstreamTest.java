package dev.pullcord.cli.command.repository;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.Session;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verbs about the upstream print. */
@SuppressWarnings("NullAway.Init")
class UpstreamTest {
  private static final CommitId OLD = new CommitId("1".repeat(40));
  private static final CommitId NEW = new CommitId("2".repeat(40));

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

  private void answer(String path, String state, String reason, UpstreamView.Ref... refs) {
    UpstreamView view =
        new UpstreamView(
            "https://git.example/f.git",
            state,
            reason,
            FakeFleet.NOW.minusSeconds(12),
            null,
            "main",
            List.of(refs));
    session.server().odd(path, 200, "application/json", PullcordJson.write(view));
  }

  @Test
  void upstreamShowsEachRefAndWhatKeepsItBack() {
    answer(
        "/api/v1/upstream",
        "rewritten",
        "side: taken back",
        new UpstreamView.Ref("main", NEW, true, "", NEW, false),
        new UpstreamView.Ref("side", OLD, false, "taken back", NEW, true));
    session.shows(
        "upstream",
        0,
        """
        https://git.example/f.git  rewritten  (fetched 12s ago)
        side: taken back

        REF   UPSTREAM  DEPLOYED  PROBLEM
        main  2222222   2222222
        side  1111111   2222222   taken back
        """);
  }

  @Test
  void aReasonIsASentenceWithItsCodeBehindItToLookItUp() {
    answer(
        "/api/v1/upstream",
        "refused",
        "UPSTREAM_CREDENTIALS  the host says 401; see upstream.credentials");
    session.shows(
        "upstream",
        0,
        """
        https://git.example/f.git  refused  (fetched 12s ago)
        the host says 401; see upstream.credentials  UPSTREAM_CREDENTIALS
        """);
  }

  @Test
  void fetchEndsWithOneWhereACommitIsKeptBack() {
    answer(
        "/api/v1/upstream/fetch",
        "ok",
        "",
        new UpstreamView.Ref("main", NEW, false, "2222222 is not deployed: x", OLD, false));
    session.shows(
        "fetch",
        1,
        """
        https://git.example/f.git  ok  (fetched 12s ago)

        REF   UPSTREAM  DEPLOYED  PROBLEM
        main  2222222   1111111   2222222 is not deployed: x
        """);
  }

  private static String busy() {
    return PullcordJson.write(
        new Problem(
            "urn:x", "t", 503, "UPSTREAM_BUSY", "the fetch is still under way", null, null));
  }

  @Test
  void fetchGoesOnAskingWhileTheServerFetches() {
    answer("/api/v1/upstream", "ok", "", new UpstreamView.Ref("main", OLD, true, "", OLD, false));
    answer(
        "/api/v1/upstream/fetch",
        "ok",
        "",
        new UpstreamView.Ref("main", NEW, true, "", NEW, false));
    session.server().oddOnce("/api/v1/upstream/fetch", 503, Problem.MEDIA_TYPE, busy());
    session.shows(
        "fetch",
        0,
        """
        https://git.example/f.git  ok  (fetched 12s ago)

        REF   UPSTREAM  DEPLOYED  PROBLEM
        main  2222222   2222222
        """);
  }

  @Test
  void fetchEndsWith3WhenItsTimeIsOver() {
    answer("/api/v1/upstream", "ok", "");
    session.server().odd("/api/v1/upstream/fetch", 503, Problem.MEDIA_TYPE, busy());
    session.machine().eachLookAtTheClockTakes(Duration.ofMinutes(1));
    session.shows("fetch --timeout 1m", 3, "! the fetch is still under way\n");
  }

  @Test
  void acceptRewindSaysWhereTheNodesGo() {
    answer(
        "/api/v1/upstream/accept-rewind",
        "ok",
        "",
        new UpstreamView.Ref("main", OLD, true, "", OLD, false));
    session.shows(
        "accept-rewind main --reason 'it was right'",
        0,
        """
        main goes to 1111111, where the upstream has it
        """);
    session.shows(
        "accept-rewind refs/heads/main --reason 'it was right'",
        0,
        """
        main goes to 1111111, where the upstream has it
        """);
    session.shows(
        "accept-rewind side --reason gone",
        0,
        """
        side is deleted here too
        """);
  }

  @Test
  void acceptRewindOfACommitWhereTheUpstreamIsNoMoreAsksForNothing() {
    answer("/api/v1/upstream", "ok", "", new UpstreamView.Ref("main", OLD, true, "", NEW, true));
    session.shows(
        "accept-rewind main --commit 2222222 --reason 'it was right'",
        4,
        """
        ! the upstream does not have main at 2222222; look at it: pullcord upstream
        """);
    session.shows(
        "accept-rewind main --commit 11 --reason 'it was right'",
        2,
        """
        ! --commit "11": at least 7 digits of a commit expected, or deleted
        """);
    answer(
        "/api/v1/upstream/accept-rewind",
        "ok",
        "",
        new UpstreamView.Ref("main", OLD, true, "", OLD, false));
    session.shows(
        "accept-rewind main --commit 1111111 --reason 'it was right'",
        0,
        """
        main goes to 1111111, where the upstream has it
        """);
  }
}
