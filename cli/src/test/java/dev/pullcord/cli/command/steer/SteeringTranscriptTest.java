package dev.pullcord.cli.command.steer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.Session;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verbs that steer print, in both forms, and what they refuse. */
@SuppressWarnings("NullAway.Init")
class SteeringTranscriptTest {
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
  void pinSaysWhatRunsAndWhatWillRun() {
    session.shows(
        "pin grep-1 beat-1 fix --for 2h --reason 'look at it'",
        0,
        """
        grep-1 ran main at 3f2a91c, is pinned to fix (3f2a91c) until 2026-01-01 14:00 UTC, then \
        main again
        beat-1 ran v1 (pin) at 3f2a91c, is pinned to fix (3f2a91c) until 2026-01-01 14:00 UTC, \
        then main again
        """);
    session.shows(
        "pin grep-1 fix --for 2h --reason 'look at it' -o json",
        0,
        """
        {"pins":[{"node":"grep-1","ref":"fix","commit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a"\
        ,"owner":"ann","reason":"look at it","createdAt":"2026-01-01T11:57:55Z",\
        "expiresAt":"2026-01-01T14:00:00Z","evenFrozen":false}]}
        """);
    session.shows(
        "pin -l role=grep fix --for 1h --reason all",
        0,
        """
        grep-1 ran fix (pin) at 3f2a91c, is pinned to fix (3f2a91c) until 2026-01-01 14:00 UTC, \
        then main again
        grep-2 ran main at 0badcaf, is pinned to fix (3f2a91c) until 2026-01-01 14:00 UTC, then \
        main again
        """);
  }

  @Test
  void pinChecksWhatItIsGiven() {
    session.shows(
        "pin grep-1 gone --for 2h --reason x",
        2,
        """
        ! grep-1: no ref "gone"; there are main, prod
        """);
    session.shows(
        "pin grep-1 grep-9 fix --for 2h --reason x",
        4,
        """
        ! there is no node "grep-9"
        """);
    session.shows(
        "pin grep-1 fix --for 9s --reason x",
        2,
        """
        ! --for 9s: 10s to 365d expected
        """);
    session.shows(
        "pin grep-1 fix --for never --reason x",
        2,
        """
        ! --for: "never" is not a duration: a number and a unit expected, like 20ms, 30s, 5m, 2h \
        or 7d
        """);
    session.shows(
        "pin grep-1 fix --for 2h --reason ' '",
        2,
        """
        ! --reason has 0 characters: 1 to 500 expected
        """);
    session.shows(
        "pin grep-1 --for 2h --reason x",
        2,
        """
        ! nodes (or -l LABELS) and then a ref expected
        """);
    session.shows(
        "pin -l role=grep grep-1 fix --for 2h --reason x",
        2,
        """
        ! names or -l LABELS, not both
        """);
    session.shows(
        "pin grep-1 fix --reason x",
        2,
        """
        ! pullcord: --for TIME is missing (pullcord pin --help)
        """);
  }

  @Test
  void unpinTakesNodesBack() {
    session.shows(
        "unpin beat-1",
        0,
        """
        unpinned beat-1, back to main
        """);
    session.shows(
        "unpin -l role=beat",
        0,
        """
        none of these is pinned
        """);
    session.shows(
        "unpin grep-1",
        4,
        """
        ! grep-1 is not pinned
        """);
    session.shows(
        "pin grep-1 fix --for 2h --reason x",
        0,
        """
        grep-1 ran main at 3f2a91c, is pinned to fix (3f2a91c) until 2026-01-01 14:00 UTC, then \
        main again
        """);
    session.shows(
        "unpin grep-1 grep-2",
        1,
        """
        unpinned grep-1, back to main
        ! grep-2 is not pinned
        """);
    session.shows(
        "pin grep-1 fix --for 2h --reason x",
        0,
        """
        grep-1 ran main at 3f2a91c, is pinned to fix (3f2a91c) until 2026-01-01 14:00 UTC, then \
        main again
        """);
    session.shows(
        "unpin grep-1 -o json",
        0,
        """
        {"nodes":[{"name":"grep-1","state":"converged","reason":"",\
        "since":"2026-01-01T11:57:55Z","retryAt":null,"ref":"main","pin":null,\
        "targetCommit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","deployment":null,\
        "appliedCommit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a",\
        "workers":{"grep":{"identity":"ababababababababababababababababababababababababababababab\
        ababab","proof":"pid 4711 started 2026-01-01T11:57:55Z","generations":[{"number":7,\
        "pid":4711,"startedAt":"2026-01-01T11:57:55Z",\
        "commit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","phase":"consuming","since":null,\
        "tasks":null,"drain":null}]}},"trees":{},"draining":false,"labels":{"role":"grep"},\
        "agentVersion":"0.1.0","lastSeen":"2026-01-01T12:00:00Z","why":"grep-1 is converged \
        because .","drift":null,"stopped":{},"contact":null,"suspension":null,\
        "host":null}],"next":null}
        """);
    session.shows(
        "unpin",
        2,
        """
        ! which nodes? names or -l LABELS expected
        """);
  }

  @Test
  void retryEndsAQuarantine() {
    session.shows(
        "retry grep-2",
        0,
        """
        grep-2 tries 3f2a91c again; it was: check bin/check-patterns exited 1
        """);
    session.shows(
        "retry grep-2 -o json",
        0,
        """
        {"nodes":[{"name":"grep-2","state":"failed","reason":"check bin/check-patterns exited 1",\
        "since":"2026-01-01T11:57:55Z","retryAt":null,"ref":"main","pin":null,\
        "targetCommit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","deployment":null,\
        "appliedCommit":"0badcafe0badcafe0badcafe0badcafe0badcafe",\
        "workers":{"grep":{"identity":"ababababababababababababababababababababababababababababab\
        ababab","proof":"pid 4711 started 2026-01-01T11:57:55Z","generations":[{"number":7,\
        "pid":4711,"startedAt":"2026-01-01T11:57:55Z",\
        "commit":"0badcafe0badcafe0badcafe0badcafe0badcafe","phase":"consuming","since":null,\
        "tasks":null,"drain":null}]}},"trees":{},"draining":false,"labels":{"role":"grep"},\
        "agentVersion":"0.1.0","lastSeen":"2026-01-01T12:00:00Z","why":"grep-2 is failed because \
        check bin/check-patterns exited 1.","drift":null,"stopped":{},"contact":null,\
        "suspension":null,\
        "host":null}],\
        "next":null}
        """);
    session.shows(
        "retry -l role=grep",
        0,
        """
        grep-1 runs 3f2a91c already: it had given up nothing
        grep-2 tries 3f2a91c again; it was: check bin/check-patterns exited 1
        """);
    session.shows(
        "retry -l ''",
        2,
        """
        ! -l is empty, as a variable that is not set; LABELS expected
        """);
    session.shows(
        "retry grep-2 gone",
        4,
        """
        ! there is no node "gone"
        """);
  }

  @Test
  void aBranchInPlaceOfANodeIsCalledOne() {
    session.shows(
        "pin main grep-1 --for 2h --reason x",
        4,
        """
        ! main is a branch, and no node: the nodes come first, and the ref last
        """);
    session.shows(
        "follow main grep-1",
        4,
        """
        ! main is a branch, and no node: the nodes come first, and the ref last
        """);
    session.shows(
        "resume-node main",
        4,
        """
        ! main is a branch, and no node: pullcord resume lets its rollout go on
        """);
  }

  @Test
  void severalWorkersAreNotStoppedByAPersonWhoWasNotAsked() {
    session.machine().terminal().willAnswer("no");
    session.shows(
        "worker stop -l role=grep",
        1,
        """
        ! nothing was changed
        """);
    assertThat(session.machine().terminal().questions())
        .containsExactly(
            "grep of grep-1, grep of grep-2: 2 workers finish their work and stay stopped until"
                + " pullcord worker start. Go on? [yes/no] ");
    session.machine().terminal().willAnswer("yes");
    session.shows(
        "worker stop -l role=grep",
        0,
        """
        grep-1: grep is being stopped, until pullcord worker start grep-1
        grep-2: grep is being stopped, until pullcord worker start grep-2
        """);
  }

  @Test
  void onlyTheWorkerVerbThatAsksTakesYes() {
    session.machine().terminal().willAnswer("no");
    assertThat(session.run("worker stop -l role=grep --yes")).startsWith("0\n");
    assertThat(session.run("worker start grep-1 --yes"))
        .startsWith("2\n")
        .contains("not understood: --yes");
    assertThat(session.run("worker restart grep-1 --yes"))
        .startsWith("2\n")
        .contains("not understood: --yes");
  }

  @Test
  void aPinInAFreezeSaysThatItMayWait() {
    session.run("freeze --for 2h --reason 'release week'");
    session.shows(
        "pin grep-1 fix --for 2h --reason x",
        0,
        """
        grep-1 ran main at 3f2a91c, is pinned to fix (3f2a91c) until 2026-01-01 14:00 UTC, then \
        main again
        where something is frozen (pullcord freezes) the pin waits for the end; with \
        --even-frozen it does not
        """);
  }

  @Test
  void followChangesTheBranch() {
    session.shows(
        "follow grep-1 prod",
        0,
        """
        grep-1 follows prod (was main)
        """);
    session.shows(
        "follow beat-1 prod",
        0,
        """
        beat-1 follows prod (was main), once its pin has ended
        """);
    session.shows(
        "follow -l role=grep main",
        0,
        """
        grep-1 follows main (was prod)
        grep-2 follows main (was main)
        """);
    session.shows(
        "follow grep-1 prod -o json",
        0,
        """
        {"nodes":[{"name":"grep-1","state":"converged","reason":"",\
        "since":"2026-01-01T11:57:55Z","retryAt":null,"ref":"prod","pin":null,\
        "targetCommit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","deployment":null,\
        "appliedCommit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a",\
        "workers":{"grep":{"identity":"ababababababababababababababababababababababababababababab\
        ababab","proof":"pid 4711 started 2026-01-01T11:57:55Z","generations":[{"number":7,\
        "pid":4711,"startedAt":"2026-01-01T11:57:55Z",\
        "commit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","phase":"consuming","since":null,\
        "tasks":null,"drain":null}]}},"trees":{},"draining":false,"labels":{"role":"grep"},\
        "agentVersion":"0.1.0","lastSeen":"2026-01-01T12:00:00Z","why":"grep-1 is converged \
        because .","drift":null,"stopped":{},"contact":null,"suspension":null,\
        "host":null}],"next":null}
        """);
    session.shows(
        "follow prod",
        2,
        """
        ! nodes (or -l LABELS) and then a ref expected
        """);
  }

  @Test
  void labelSetsAndRemoves() {
    session.shows(
        "label grep-1 grep-2 dc=sea gpu=",
        0,
        """
        grep-1  labels: dc=sea,gpu=,role=grep
        grep-2  labels: dc=sea,gpu=,role=grep
        """);
    session.shows(
        "label grep-1 dc- gpu- role-",
        0,
        """
        grep-1  labels: none
        """);
    session.shows(
        "label grep-1 a=b -o json",
        0,
        """
        {"nodes":[{"name":"grep-1","state":"converged","reason":"",\
        "since":"2026-01-01T11:57:55Z","retryAt":null,"ref":"main","pin":null,\
        "targetCommit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","deployment":null,\
        "appliedCommit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a",\
        "workers":{"grep":{"identity":"ababababababababababababababababababababababababababababab\
        ababab","proof":"pid 4711 started 2026-01-01T11:57:55Z","generations":[{"number":7,\
        "pid":4711,"startedAt":"2026-01-01T11:57:55Z",\
        "commit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","phase":"consuming","since":null,\
        "tasks":null,"drain":null}]}},"trees":{},"draining":false,"labels":{"a":"b"},\
        "agentVersion":"0.1.0","lastSeen":"2026-01-01T12:00:00Z","why":"grep-1 is converged \
        because .","drift":null,"stopped":{},"contact":null,"suspension":null,\
        "host":null}],"next":null}
        """);
    session.shows(
        "label grep-1",
        2,
        """
        ! which labels? KEY=VALUE sets one, KEY- removes it
        """);
    session.shows(
        "label grep-1 a=b a=c",
        2,
        """
        ! "a=c": this label is given twice
        """);
    session.shows(
        "label a=b",
        2,
        """
        ! which nodes? names or -l LABELS expected
        """);
    session.shows(
        "label gone a=b",
        4,
        """
        ! there is no node "gone"
        """);
  }

  @Test
  void workersAreOrderedOneByOne() {
    session.shows(
        "worker stop grep-1 --reason 'disk is full'",
        0,
        """
        grep-1: grep is being stopped, until pullcord worker start grep-1
        """);
    session.shows(
        "worker restart -l role=grep",
        0,
        """
        grep-1: grep is being restarted
        grep-2: grep is being restarted
        """);
    session.shows(
        "worker restart grep-1 --worker grip",
        4,
        """
        ! grep-1 has no worker "grip"
        """);
    session.shows(
        "worker start grep-1",
        0,
        """
        ! grep-1: none of its workers is stopped
        """);
    session.shows(
        "worker stop grep-1 -o json",
        0,
        """
        {"nodes":[{"name":"grep-1","state":"converged","reason":"",\
        "since":"2026-01-01T11:57:55Z","retryAt":null,"ref":"main","pin":null,\
        "targetCommit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","deployment":null,\
        "appliedCommit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a",\
        "workers":{"grep":{"identity":"ababababababababababababababababababababababababababababab\
        ababab","proof":"pid 4711 started 2026-01-01T11:57:55Z","generations":[{"number":7,\
        "pid":4711,"startedAt":"2026-01-01T11:57:55Z",\
        "commit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","phase":"consuming","since":null,\
        "tasks":null,"drain":null}]}},"trees":{},"draining":false,"labels":{"role":"grep"},\
        "agentVersion":"0.1.0","lastSeen":"2026-01-01T12:00:00Z","why":"grep-1 is converged \
        because .","drift":null,"stopped":{},"contact":null,"suspension":null,\
        "host":null}],"next":null}
        """);
    session.shows(
        "worker kill grep-1 7 --reason hangs",
        0,
        """
        generation 7 of grep-1 is being killed
        """);
    session.shows(
        "worker kill grep-1 7 --reason hangs -o json",
        0,
        """
        {"name":"grep-1","state":"converged","reason":"","since":"2026-01-01T11:57:55Z",\
        "retryAt":null,"ref":"main","pin":null,"targetCommit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1\
        e23f2a","deployment":null,"appliedCommit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a",\
        "workers":{"grep":{"identity":"ababababababababababababababababababababababababababababab\
        ababab","proof":"pid 4711 started 2026-01-01T11:57:55Z","generations":[{"number":7,\
        "pid":4711,"startedAt":"2026-01-01T11:57:55Z",\
        "commit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","phase":"consuming","since":null,\
        "tasks":null,"drain":null}]}},"trees":{},"draining":false,"labels":{"role":"grep"},\
        "agentVersion":"0.1.0","lastSeen":"2026-01-01T12:00:00Z","why":"grep-1 is converged \
        because .","drift":null,"stopped":{},"contact":null,"suspension":null,\
        "host":null}
        """);
    session.shows(
        "worker kill grep-1 seven --reason hangs",
        2,
        """
        ! pullcord: GENERATION: 'seven' is no whole number (pullcord worker kill --help)
        """);
    session.shows(
        "worker",
        2,
        """
        ! what is to be done? pullcord worker stop, start, restart or kill expected
        """);
  }
}
