package dev.pullcord.cli.command.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.Session;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.contact.NodeFacts;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verbs that look print, in both forms, and what they refuse. */
@SuppressWarnings("NullAway.Init")
class LookingTranscriptTest {
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
  void nodesFoldsLabelsSoThatItsTableFitsTheTerminal() {
    session.run("label grep-1 dc=ber disk=ssd rack=a-17 zone=europe");
    session.machine().set("NO_COLOR", "1");
    String whole = session.run("nodes -l role=grep");
    assertThat(whole).contains("dc=ber,disk=ssd,rack=a-17,role=grep,zone=europe");

    session.machine().terminal().isWatched();
    session.machine().terminal().is(120, 24);
    String folded = session.run("nodes -l role=grep");
    assertThat(folded.lines()).allMatch(line -> line.length() <= 120);
    assertThat(folded).contains("dc=ber,disk=ssd +3", "LABELS");

    session.machine().terminal().is(80, 24);
    assertThat(session.run("nodes -l role=grep")).doesNotContain("LABELS").contains("REASON");
  }

  @Test
  void statusNamesWhatIsNotConvergedAndWhy() {
    session.shows(
        "status",
        1,
        """
        not converged 2/3 ✗
        1 pinned

        main  3f2a91c  Look for more  (Ann, 2m 5s ago)
          ✗ 1/2  1 failed

        NODE    REF  COMMIT   ENDS   BY   REASON
        beat-1  v1   3f2a91c  in 1h  ann  trying

        ✗ grep-2  failed: check bin/check-patterns exited 1  (2m 5s ago)
        next: pullcord why grep-2
        """);
    session.shows(
        "status -o json",
        1,
        """
        {"revision":17,"nodes":{"applying":0,"converged":2,"failed":1,"held":0,"never-seen":0,\
        "offline":0,"rolled-back":0,"total":3,"waiting":0},"attributes":{"draining":0,\
        "drifted":0,"pinned":1,"suspended":0},"refs":[{"ref":"main",\
        "commit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","subject":"Look for more",\
        "author":"Ann","nodes":3,"converged":2,"deployment":12,\
        "rollback":null,"trouble":null}],"alarms":[]}
        """);
    session.shows(
        "status -l role=grep",
        1,
        """
        not converged 1/2 ✗

        main  3f2a91c  Look for more  (Ann, 2m 5s ago)
          ✗ 1/2  1 failed

        ✗ grep-2  failed: check bin/check-patterns exited 1  (2m 5s ago)
        next: pullcord why grep-2
        """);
  }

  /** Here it is a day ago; what is said is what anybody else would read. */
  @Test
  void agesAreByTheServersClock() {
    session.server().clockShows(FakeFleet.NOW.plus(Duration.ofHours(24)));
    session.shows(
        "nodes --state failed",
        0,
        """
        NODE    STATE     REF   RUNS               FOR  SEEN    LABELS     REASON
        grep-2  ✗ failed  main  0badcaf > 3f2a91c  1d   1d ago  role=grep  check \
        bin/check-patterns exited 1
        """);
  }

  @Test
  void nodesAreALineEach() {
    session.shows(
        "nodes",
        0,
        """
        NODE    STATE        REF       RUNS               FOR    SEEN      LABELS     REASON
        beat-1  ✓ converged  v1 (pin)  3f2a91c            2m 5s  just now  role=beat
        grep-1  ✓ converged  main      3f2a91c            2m 5s  just now  role=grep
        grep-2  ✗ failed     main      0badcaf > 3f2a91c  2m 5s  just now  role=grep  check \
        bin/check-patterns exited 1
        """);
    session.shows(
        "nodes -l role=grep",
        0,
        """
        NODE    STATE        REF   RUNS               FOR    SEEN      LABELS     REASON
        grep-1  ✓ converged  main  3f2a91c            2m 5s  just now  role=grep
        grep-2  ✗ failed     main  0badcaf > 3f2a91c  2m 5s  just now  role=grep  check \
        bin/check-patterns exited 1
        """);
    session.shows(
        "nodes --state failed",
        0,
        """
        NODE    STATE     REF   RUNS               FOR    SEEN      LABELS     REASON
        grep-2  ✗ failed  main  0badcaf > 3f2a91c  2m 5s  just now  role=grep  check \
        bin/check-patterns exited 1
        """);
    session.shows(
        "nodes --state applying",
        0,
        """
        no node is applying
        """);
    session.shows(
        "nodes -l role=none",
        2,
        """
        ! no node has role=none; pullcord nodes shows their labels
        """);
    session.shows(
        "nodes --state happy",
        2,
        """
        ! "happy" is no state: some of never-seen, offline, failed, rolled-back, applying, held, \
        waiting, converged expected, with commas between them
        """);
    session.shows(
        "nodes --state failed,rolledback",
        2,
        """
        ! "rolledback" is no state: some of never-seen, offline, failed, rolled-back, applying, \
        held, waiting, converged expected, with commas between them; did you mean rolled-back?
        """);
    session.shows(
        "nodes --state offline,applying",
        0,
        """
        no node is offline or applying
        """);
  }

  @Test
  void aNodeIsToldWithItsWorkersAndItsSteps() {
    session.shows(
        "node grep-2",
        0,
        """
        grep-2  ✗ failed  for 2m 5s
        reason     check bin/check-patterns exited 1
        follows    main
        target     3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a
        runs       0badcafe0badcafe0badcafe0badcafe0badcafe
        labels     role=grep
        agent      0.1.0, last seen just now

        WORKER  GEN  PID   PHASE      COMMIT   AGE    TASKS
        grep    7    4711  consuming  0badcaf  2m 5s  -
        proof of grep: pid 4711 started 2026-01-01 11:57 UTC

        grep-2 is failed because check bin/check-patterns exited 1.

        steps of deployment 12
          ✓ stage bin/check  0.12s
          ✗ check bin/check  0.12s  release fault  exit 1
              bad pattern: (
        """);
    session.shows(
        "node beat-1",
        0,
        """
        beat-1  ✓ converged  for 2m 5s
        reason
        follows    main
        pinned to  v1 by ann, ends in 1h: trying
        target     3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a
        runs       3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a
        labels     role=beat
        agent      0.1.0, last seen just now

        WORKER  GEN  PID   PHASE      COMMIT   AGE    TASKS
        grep    7    4711  consuming  3f2a91c  2m 5s  -
        proof of grep: pid 4711 started 2026-01-01 11:57 UTC

        beat-1 is converged because .
        """);
    session.shows(
        "node gone",
        4,
        """
        ! there is no node "gone"
        """);
    session.shows(
        "node",
        2,
        """
        ! which node? pullcord node NAME; pullcord nodes lists them
        """);
    session.shows(
        "node Not_A_Name",
        2,
        """
        ! "Not_A_Name" is not a node name: 1 to 63 of a-z 0-9 . -, with a letter or digit at \
        both ends
        """);
  }

  @Test
  void aNodeSaysWhereItsAgentRuns() {
    session
        .server()
        .fleet()
        .on(
            new NodeView.Host(
                "rack-7",
                "10.0.0.7",
                new NodeFacts(
                    "Debian 12", "Linux 6.1 amd64", "3.11.2", 40L << 30, 7L << 30, FakeFleet.NOW),
                86_400L));
    session.server().fleet().set("beat-1", NodeState.CONVERGED, "");

    session.shows(
        "node beat-1",
        0,
        """
        beat-1  ✓ converged  for 2m 5s
        reason
        follows    main
        pinned to  v1 by ann, ends in 1h: trying
        target     3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a
        runs       3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a
        labels     role=beat
        agent      0.1.0, last seen just now, started just now
        host       rack-7 at 10.0.0.7
        system     Debian 12, Linux 6.1 amd64
        python     3.11.2
        disk       7.0 GiB of 40.0 GiB free
        clock      1d ahead of the server's

        WORKER  GEN  PID   PHASE      COMMIT   AGE    TASKS
        grep    7    4711  consuming  3f2a91c  2m 5s  -
        proof of grep: pid 4711 started 2026-01-01 11:57 UTC

        beat-1 is converged because .
        """);
  }

  @Test
  void whyIsOneParagraphAndPsALineForEachGeneration() {
    session.shows(
        "why grep-2",
        0,
        """
        grep-2 is failed because check bin/check-patterns exited 1.
        """);
    session.shows(
        "why beat-1 -o json",
        0,
        """
        {"name":"beat-1","state":"converged","reason":"","since":"2026-01-01T11:57:55Z",\
        "retryAt":null,"ref":"main","pin":{"ref":"v1","owner":"ann","reason":"trying",\
        "expiresAt":"2026-01-01T13:00:00Z"},"targetCommit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23\
        f2a","deployment":null,"appliedCommit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a",\
        "workers":{"grep":{"identity":"ababababababababababababababababababababababababababababab\
        ababab","proof":"pid 4711 started 2026-01-01T11:57:55Z","generations":[{"number":7,\
        "pid":4711,"startedAt":"2026-01-01T11:57:55Z",\
        "commit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","phase":"consuming","since":null,\
        "tasks":null,"drain":null}]}},"trees":{},"draining":false,"labels":{"role":"beat"},\
        "agentVersion":"0.1.0","lastSeen":"2026-01-01T12:00:00Z","why":"beat-1 is converged \
        because .","drift":null,"stopped":{},"contact":null,"suspension":null,\
        "host":null}
        """);
    session.shows(
        "ps grep-1",
        0,
        """
        WORKER  GEN  PID   PHASE      COMMIT   AGE    TASKS
        grep    7    4711  consuming  3f2a91c  2m 5s  -
        proof of grep: pid 4711 started 2026-01-01 11:57 UTC
        """);
    session.shows(
        "ps grep-1 -o json",
        0,
        """
        {"grep":{"identity":"abababababababababababababababababababababababababababababababab",\
        "proof":"pid 4711 started 2026-01-01T11:57:55Z","generations":[{"number":7,"pid":4711,\
        "startedAt":"2026-01-01T11:57:55Z","commit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a",\
        "phase":"consuming","since":null,"tasks":null,"drain":null}]}}
        """);
    session.shows(
        "ps gone",
        4,
        """
        ! there is no node "gone"
        """);
  }

  @Test
  void logsAreLinesThatATerminalDoesNotObey() {
    session.shows(
        "logs grep-1",
        0,
        """
        one
        two \\u001b[2J
        """);
    session.shows(
        "logs grep-1 -o json",
        0,
        """
        {"line":"one"}
        {"line":"two \\u001B[2J"}
        """);
    session.shows(
        "logs grep-1 -n 10001",
        2,
        """
        ! -n 10001: a number from 1 to 10000 is expected
        """);
    session.shows(
        "logs gone",
        4,
        """
        ! there is no node "gone"
        """);
  }

  @Test
  void theHistoryIsNewestFirst() {
    session.shows(
        "deployments",
        0,
        """
        ID  REF   COMMIT   STATE         NODES  PUSHED     BY   SUBJECT
        12  main  3f2a91c  … running     0/0    2m 5s ago  ann  Look for more
        11  main  0badcaf  - superseded  0/0    2m 5s ago  ann  Look for more
        """);
    session.shows(
        "deployments -n 1",
        0,
        """
        ID  REF   COMMIT   STATE      NODES  PUSHED     BY   SUBJECT
        12  main  3f2a91c  … running  0/0    2m 5s ago  ann  Look for more
        """);
    session.shows(
        "deployments -n 1 -o json",
        0,
        """
        {"deployments":[{"id":12,"commit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a",\
        "before":null,"ref":"main","subject":"Look for more","author":"Ann","pushedBy":"ann",\
        "state":"running","startedAt":"2026-01-01T11:57:55Z","convergedAt":null,\
        "supersededBy":null,"nodes":{},"members":[],"outcome":null,"now":{},\
        "supersededByCommit":null,"rollback":null}],"next":"12"}
        """);
    session.shows(
        "deployments --ref prod",
        2,
        """
        ! no ref "prod"; there are main, prod
        """);
    session.shows(
        "deployments -n 10001",
        2,
        """
        ! --limit 10001: 1 to 10000 expected
        """);
  }

  @Test
  void aDeploymentIsToldNodeByNode() {
    session.shows(
        "deployment 12",
        0,
        """
        deployment 12  … running 1/2
        main 3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a  Look for more  (Ann)
        pushed by ann 2m 5s ago

        ✓ grep-1  converged
        ✗ grep-2  failed: check bin/check-patterns exited 1
          ✓ stage bin/check  0.12s
          ✗ check bin/check  0.12s  release fault  exit 1
              bad pattern: (
        """);
    session.shows(
        "deployment 12 --node grep-2",
        0,
        """
        deployment 12  … running 1/2
        main 3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a  Look for more  (Ann)
        pushed by ann 2m 5s ago

        ✗ grep-2  failed: check bin/check-patterns exited 1
          ✓ stage bin/check  0.12s
          ✗ check bin/check  0.12s  release fault  exit 1
              bad pattern: (
        """);
    session.shows(
        "deployment 12 --node grep-2 -o json",
        0,
        """
        {"deployment":12,"node":"grep-2","steps":[{"pass":4,"index":0,\
        "commit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","kind":"stage","subject":"bin/check",\
        "outcome":"ok","startedAt":"2026-01-01T12:00:00Z","tookMillis":120,"exitCode":null,\
        "output":""},{"pass":4,"index":0,"commit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a",\
        "kind":"check","subject":"bin/check","outcome":"release-fault",\
        "startedAt":"2026-01-01T12:00:00Z","tookMillis":120,"exitCode":1,"output":"bad pattern: \
        (\\n"}],"underWay":null}
        """);
    session.shows(
        "deployment 12 --node beat-1",
        4,
        """
        ! beat-1 is no node of deployment 12
        """);
    session.shows(
        "deployment 11",
        0,
        """
        deployment 11  - superseded 1/2
        main 0badcafe0badcafe0badcafe0badcafe0badcafe  Look for more  (Ann)
        pushed by ann 2m 5s ago, superseded by deployment 12

        which nodes these were is kept no more: the deployment is too old
        """);
    session.shows(
        "deployment 99",
        4,
        """
        ! there is no deployment 99
        """);
    session.shows(
        "deployment twelve",
        2,
        """
        ! "twelve" is no commit (7 to 40 hex digits), no tag, and no branch that a node \
        follows: main
        """);
  }

  @Test
  void theNewestDeploymentOfABranchOfACommitAndOfAllIsFoundByItsWord() {
    for (String word : List.of("main", "latest", "3f2a91c", "12")) {
      assertThat(session.machine().run("deployment", word)).as(word).isZero();
      assertThat(session.machine().out()).as(word).startsWith("deployment 12 ");
    }
  }

  @Test
  void psShowsTheWholeFleetWithTheNamesInFront() {
    session.shows(
        "ps",
        0,
        """
        NODE    WORKER  GEN  PID   PHASE      COMMIT   AGE    TASKS
        beat-1  grep    7    4711  consuming  3f2a91c  2m 5s  -
        grep-1  grep    7    4711  consuming  3f2a91c  2m 5s  -
        grep-2  grep    7    4711  consuming  0badcaf  2m 5s  -
        """);
  }

  @Test
  void pinsSayWhoWhatAndWhy() {
    session.shows(
        "pins",
        0,
        """
        NODE    REF  COMMIT   ENDS   BY   REASON
        beat-1  v1   3f2a91c  in 1h  ann  trying
        """);
    session.shows(
        "pins -o json",
        0,
        """
        {"pins":[{"node":"beat-1","ref":"v1","commit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a",\
        "owner":"ann","reason":"trying","createdAt":"2026-01-01T11:57:55Z",\
        "expiresAt":"2026-01-01T13:00:00Z","evenFrozen":false}]}
        """);
  }

  @Test
  void waitEndsWithAVerdict() {
    session.shows(
        "wait --timeout 10ms",
        1,
        """
        not converged 2/3 after T
          ✗ grep-2  failed: check bin/check-patterns exited 1
        next: pullcord why grep-2
        """);
    session.shows(
        "wait main",
        1,
        """
        not converged 1/2 after T (main 3f2a91c)
          ✗ grep-2  failed: check bin/check-patterns exited 1
        next: pullcord why grep-2
        """);
    session.shows(
        "wait -l role=beat",
        0,
        """
        converged 1/1 in T
        """);
    session.shows(
        "wait main -o json",
        1,
        """
        {"converged":false,"outcome":"incomplete","deployment":12,"ref":"main",\
        "commit":"3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","deployments":[12],\
        "supersededBy":null,"elapsedMillis":0,"nodes":[{"name":"grep-1","state":"converged",\
        "reason":"","triesAgain":false},{"name":"grep-2","state":"failed","reason":"check \
        bin/check-patterns exited 1","triesAgain":false}]}
        """);
    session.shows(
        "wait main -l role=beat",
        2,
        """
        ! no node of the selection is to run main 3f2a91c
        """);
  }

  @Test
  void waitRefusesWhatItCannotWaitFor() {
    session.shows(
        "wait nothere",
        2,
        """
        ! "nothere" is no commit (7 to 40 hex digits), no tag, and no branch that a node \
        follows: main
        """);
    session.shows(
        "wait 0badcaf",
        1,
        """
        not converged 0/0 after T (main 0badcaf): superseded by 3f2a91c
        """);
    session.shows(
        "wait abcdef0 --timeout 10ms",
        4,
        """
        ! the server knows no deployment of commit abcdef0; pullcord deployments lists them
        """);
    session.shows(
        "wait main --timeout soon",
        2,
        """
        ! --timeout: "soon" is not a duration: a number and a unit expected, like 20ms, 30s, 5m, \
        2h or 7d
        """);
  }

  @Test
  void aNodeIsRemovedOnlyWhenSomebodySaysYes() {
    session.shows(
        "node remove grep-2",
        2,
        """
        ! there is no terminal to ask on: give --yes
        """);
    session.shows(
        "node remove grep-2 --yes",
        0,
        """
        removed grep-2; its agent is cut off, its workers run on
        """);
    session.shows(
        "node remove grep-2 --yes",
        4,
        """
        ! there is no node "grep-2"
        """);
    session.shows(
        "node remove grep-1 --yes -o json",
        0,
        """
        {"removed":"grep-1"}
        """);
  }
}
