package dev.pullcord.cli.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.Session;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.action.ActionView;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.action.RunView.NodeRun;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What running an action prints, and how it ends. */
@SuppressWarnings("NullAway.Init")
class RunTest {
  private static final Instant T = Instant.parse("2026-01-01T12:00:00Z");

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

  private static NodeRun node(String name, RunState state, @Nullable Integer exit, String reason) {
    return new NodeRun(
        new NodeName(name),
        state,
        exit,
        12L,
        reason,
        reason.startsWith("not reached"),
        null,
        "",
        0);
  }

  private static RunView run(RunState state, NodeRun... nodes) {
    return new RunView(
        7,
        "clear",
        Map.of("days", "30"),
        state,
        "ann",
        T,
        T,
        new RunView.Terms(null, nodes.length, null, T),
        null,
        List.of(nodes));
  }

  private static String event(NodeRun node, String text) {
    return "event: node\ndata: " + PullcordJson.write(new RunView.Change(node, text)) + "\n\n";
  }

  @Test
  void thoseThatFailedAlikeAreOne() {
    NodeRun first = node("grep-1", RunState.FAILED, 2, "exited 2");
    NodeRun second = node("grep-2", RunState.FAILED, 2, "exited 2");
    answers(run(RunState.FAILED, first, second), event(first, "bad\n"), event(second, "bad\n"));

    session.shows(
        "run clear grep-1 grep-2 days=30",
        1,
        """
        grep-1 | bad
        grep-2 | bad

        failed on grep-1, grep-2, exited 2; the last lines of each:
          bad
        ok 0/2; failed 2: grep-1 (exited 2), grep-2 (exited 2)
        """);
  }

  private void answers(RunView end, String... events) {
    session.server().odd("/api/v1/runs", 200, "application/json", "{\"id\": 7}");
    session
        .server()
        .odd(
            "/api/v1/runs/7/events",
            200,
            "text/event-stream",
            String.join("", events)
                + ": still here\n\nevent: end\ndata: "
                + PullcordJson.write(end)
                + "\n\n");
  }

  @Test
  void eachLineHasItsNodeAndTheLastOneTheSum() {
    answers(
        run(
            RunState.FAILED,
            node("grep-1", RunState.DONE, 0, ""),
            node("grep-10", RunState.FAILED, 2, "exited 2")),
        event(node("grep-10", RunState.RUNNING, null, ""), "not mou"),
        event(node("grep-1", RunState.RUNNING, null, ""), "removed 3\nremoved 4\n"),
        event(node("grep-10", RunState.FAILED, 2, "exited 2"), "nted\nbad"),
        event(node("grep-1", RunState.DONE, 0, ""), ""));

    session.shows(
        "run clear grep-1 grep-10 days=30",
        1,
        """
        grep-1  | removed 3
        grep-1  | removed 4
        grep-10 | not mounted
        grep-10 | bad

        failed on grep-10, exited 2; its last lines:
          not mounted
          bad
        ok 1/2; failed 1: grep-10 (exited 2)
        """);
  }

  @Test
  void endsWith0WhereAllIsWellAnd3WhereOnlyTheTimeWasOver() {
    answers(run(RunState.DONE, node("grep-1", RunState.DONE, 0, "")));
    session.shows("run clear -l role=grep", 0, "ok 1/1\n");
    answers(
        run(
            RunState.FAILED,
            node("grep-1", RunState.DONE, 0, ""),
            node("grep-2", RunState.REFUSED, null, "not reached within 5m: it is not connected")));
    session.shows(
        "run clear -l role=grep",
        3,
        """
        ok 1/2; refused 1: grep-2 (not reached within 5m: it is not connected)
        """);
    answers(run(RunState.UNKNOWN, node("grep-1", RunState.UNKNOWN, null, "the agent was killed")));
    session.shows("run clear grep-1", 1, "ok 0/1; unknown 1: grep-1 (the agent was killed)\n");
  }

  @Test
  void aRunThatGoesOnIsFollowedHoweverOftenItsStreamBreaks() {
    session.machine().eachLookAtTheClockTakes(Duration.ofSeconds(25));
    NodeRun running = node("grep-1", RunState.RUNNING, null, "");
    session.server().odd("/api/v1/runs", 200, "application/json", "{\"id\": 7}");
    String one = event(running, "1\n");
    String two = one + event(running, "2\n");
    String three = two + event(running, "3\n");
    RunView end = run(RunState.DONE, node("grep-1", RunState.DONE, 0, ""));
    String last = three + "event: end\ndata: " + PullcordJson.write(end) + "\n\n";
    session.server().streams("/api/v1/runs/7/events", one, two, three, last);

    session.shows(
        "run clear grep-1",
        0,
        """
        grep-1 | 1
        grep-1 | 2
        grep-1 | 3
        ok 1/1
        """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/problem+json", "text/html"})
  void aTakeoverAndAProxyWithoutAServerAreWaitedFor(String type) {
    session.machine().eachLookAtTheClockTakes(Duration.ofSeconds(25));
    Problem standby =
        new Problem("urn:x", "t", 503, Problem.STANDBY, "another server is active", null, null);
    String answer = type.equals("text/html") ? "<html>502" : PullcordJson.write(standby);
    session.server().odd("/api/v1/runs", 200, "application/json", "{\"id\": 7}");
    session.server().odd("/api/v1/runs/7/events", 503, type, answer);

    assertThat(session.run("run clear grep-1")).startsWith("5\n");
    assertThat(session.server().requests())
        .filteredOn(request -> request.endsWith("/events"))
        .hasSize(2);
  }

  @Test
  void afterAMinuteWithoutAServerTheFollowingEnds() {
    session.machine().eachLookAtTheClockTakes(Duration.ofSeconds(25));
    session.server().odd("/api/v1/runs", 200, "application/json", "{\"id\": 7}");
    session.server().streams("/api/v1/runs/7/events", "");

    session.shows(
        "run clear grep-1",
        5,
        "! the server does not say how run 7 goes on; pullcord runs show 7 asks again\n");
    assertThat(session.server().requests())
        .filteredOn(request -> request.endsWith("/events"))
        .hasSize(2);
  }

  @Test
  void nobodyIsNotEverybody() {
    session.shows("run clear days=30", 2, "! which nodes? names or -l LABELS expected\n");
    session.shows("run clear grep-1 -l role=grep", 2, "! names or -l LABELS, not both\n");
    session.shows(
        "run clear -l ''", 2, "! -l is empty, as a variable that is not set; LABELS expected\n");
  }

  @Test
  void actionsAreListedWithWhatTheyTake() {
    ActionView.Parameter days = new ActionView.Parameter("days", "[0-9]+", "7");
    ActionView.Parameter where = new ActionView.Parameter("where", ".+", null);
    ActionView clear =
        new ActionView(
            "clear",
            List.of("bin/clear", "{days}", "{where}"),
            "1m",
            List.of(days, where),
            List.of("3f2a91c"),
            5);
    String all = PullcordJson.write(new ActionView.All(List.of(clear)));
    session.server().odd("/api/v1/actions", 200, "application/json", all);

    session.shows(
        "actions",
        0,
        """
        ACTION  NODES  COMMITS  TIMEOUT  PARAMETERS         RUNS
        clear   5      3f2a91c  1m       days=7 where=<.+>  bin/clear {days} {where}
        """);
    session.shows("actions --names", 0, "clear\n");
  }

  @Test
  void runsAreListedNewestFirst() {
    RunView.Page page =
        new RunView.Page(List.of(run(RunState.DONE, node("grep-1", RunState.DONE, 0, ""))), null);
    session.server().odd("/api/v1/runs", 200, "application/json", PullcordJson.write(page));

    session.shows(
        "runs",
        0,
        """
        ID  STATE  OK   STARTED   BY   ACTION
        7   done   1/1  just now  ann  clear days=30
        """);
  }

  @Test
  void cancelSaysWhatHasBecomeOfItAndHowToSeeTheRest() {
    session
        .server()
        .odd(
            "/api/v1/runs/7/cancel",
            200,
            "application/json",
            PullcordJson.write(
                run(
                    RunState.RUNNING,
                    node("grep-1", RunState.DONE, 0, ""),
                    node("grep-2", RunState.RUNNING, null, ""))));

    session.shows(
        "runs cancel 7",
        0,
        """
        run 7 is cancelled: ok on 1 of 2 nodes, 1 to hear of it; follow it: pullcord runs show 7
        """);
    session.shows("runs cancel", 2, "! pullcord: ID is missing (pullcord runs cancel --help)\n");
  }
}
