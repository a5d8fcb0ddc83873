package dev.pullcord.cli.command.steer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.Session;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.OpenGateView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What freezing and rolling back print, in both forms, and what they refuse. */
@SuppressWarnings("NullAway.Init")
class HoldTest {
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
  void freezeSaysWhatIsFrozenUntilWhenAndWhy() {
    session.shows(
        "freeze --for 2h --reason 'release week'",
        0,
        """
        the fleet is frozen until 2026-01-01 14:00 UTC by ann: release week
        """);
    session.shows(
        "freeze main -l role=grep --for 2h --reason nights --outside 'daily 08:00-18:00'",
        0,
        """
        main, role=grep is frozen until 2026-01-01 14:00 UTC by ann: nights
        """);
    session.shows(
        "freezes",
        0,
        """
        FROZEN           OUTSIDE                ENDS   BY   REASON
        the fleet        -                      in 2h  ann  release week
        main, role=grep  daily 08:00-18:00 UTC  in 2h  ann  nights
        """);
    session.shows(
        "unfreeze",
        0,
        """
        thawed; still frozen: pullcord freezes
        """);
    session.shows(
        "unfreeze main",
        0,
        """
        thawed; nothing is frozen now
        """);
    session.shows(
        "freezes",
        0,
        """
        nothing is frozen
        """);
  }

  @Test
  void gatesAreListedWithTheirCanaries() {
    session.shows(
        "gates",
        0,
        """
        no gate is open
        """);
    OpenGateView.Canary canary =
        new OpenGateView.Canary(
            new NodeName("grep-1"), NodeState.APPLYING, "applying: staging 3f2a91c");
    OpenGateView gate =
        new OpenGateView(
            "main", null, FakeFleet.HEAD, "ann", FakeFleet.NOW.minusSeconds(5), List.of(canary));
    session
        .server()
        .odd(
            "/api/v1/gates",
            200,
            "application/json",
            PullcordJson.write(new OpenGateView.All(List.of(gate))));
    session.shows(
        "gates",
        0,
        """
        BRANCH  COMMIT   OPENED  BY   CANARY  STATE
        main    3f2a91c  5s ago  ann  grep-1  applying: staging 3f2a91c
        """);
    session.shows(
        "gates --end main --commit 0badcaf",
        4,
        """
        ! no gate tries 0badcaf for main; look at them: pullcord gates
        """);
    session.shows(
        "gates --end main --commit 3f2a91c",
        0,
        """
        the gate of main is ended: its canaries go back, its push is refused
        """);
    session.shows(
        "gates --commit 3f2a91c",
        2,
        """
        ! --commit says nothing without --end BRANCH
        """);
  }

  @Test
  void freezeChecksWhatItIsGiven() {
    session.shows(
        "freeze main --for 2h --reason ' '",
        2,
        """
        ! --reason has 0 characters: 1 to 500 expected
        """);
    session.shows(
        "freeze -l '' --for 2h --reason x",
        2,
        """
        ! -l is empty, as a variable that is not set
        """);
    session.shows(
        "unfreeze",
        4,
        """
        ! nothing is frozen
        """);
  }

  @Test
  void rollbackSaysFromWhatToWhatAndForHowLong() {
    session.shows(
        "rollback main --reason 'lost tasks'",
        0,
        """
        main is rolled back from 3f2a91c to 0badcaf until a newer commit is pushed; follow it: \
        pullcord wait 0badcaf
        """);
    session.shows(
        "rollback main --reason 'lost tasks' -o json",
        0,
        """
        {"ref":"main","commit":"0badcafe0badcafe0badcafe0badcafe0badcafe","from":\
        "3f2a91c0d1e23f2a91c0d1e23f2a91c0d1e23f2a","owner":"ann","reason":"lost tasks",\
        "createdAt":"2026-01-01T12:00:00Z","until":null,"deployment":13}
        """);
    session.shows(
        "rollback main --end",
        0,
        """
        the rollback of main has ended; its nodes go on to its head
        """);
  }

  @Test
  void aSecondRollbackGoesNoFurtherWithoutAsking() {
    RollbackView present =
        new RollbackView(
            "main",
            FakeFleet.BEFORE,
            FakeFleet.HEAD,
            "ann",
            "lost tasks",
            FakeFleet.NOW,
            null,
            13L);
    Fleet.Ref main = new Fleet.Ref("main", FakeFleet.BEFORE, "", "Ann", 2, 2, 13L, present, null);
    session
        .server()
        .odd(
            "/api/v1/fleet",
            200,
            "application/json",
            PullcordJson.write(new Fleet(1, Map.of(), Map.of(), List.of(main), List.of())));
    session.shows(
        "rollback main --reason again",
        2,
        """
        ! there is no terminal to ask on: give --yes to go back further than 0badcaf, or --to \
        COMMIT
        """);
    session.machine().terminal().willAnswer("no");
    session.shows(
        "rollback main --reason again",
        1,
        """
        ! nothing was changed
        """);
    assertThat(session.machine().terminal().questions())
        .containsExactly(
            "main is rolled back already, from 3f2a91c to 0badcaf by ann: lost tasks. Go back"
                + " further? [yes/no] ");
    assertThat(session.run("rollback main --yes --reason again")).startsWith("0\n");
    assertThat(session.run("rollback main --to 0badcaf --reason again")).startsWith("0\n");
  }

  @Test
  void aNodeInPlaceOfABranchIsCalledOne() {
    session.shows(
        "resume grep-1",
        4,
        """
        ! grep-1 is a node, and no branch: pullcord resume-node grep-1 ends its suspension
        """);
  }

  @Test
  void aBranchWithTheNameOfANodeKeepsTheReasonOfItsRefusal() {
    session.server().fleet().deploy(13, "grep-1", FakeFleet.HEAD);
    session.shows(
        "resume grep-1",
        4,
        """
        ! no branch grep-1 is rolled out
        """);
  }

  @Test
  void aRefusalForAnotherReasonIsNoWordOnNodes() {
    refuses("/api/v1/refs/grep-1/rollback", 422, "FIELD_MALFORMED", "until: \"x\" is no time");
    session.shows(
        "rollback grep-1 --reason x --until x",
        2,
        """
        ! until: "x" is no time
        """);
  }

  @Test
  void aBranchAmongNodesKeepsTheReasonForWhichANodeBeforeItIsRefused() {
    refuses("/api/v1/nodes/grep-1", 403, "ROLE", "your token may not look at nodes");
    session.shows(
        "pin grep-1 main fix --for 2h --reason x",
        4,
        """
        ! your token may not look at nodes
        """);
  }

  private void refuses(String path, int status, String code, String detail) {
    session
        .server()
        .odd(
            path,
            status,
            Problem.MEDIA_TYPE,
            PullcordJson.write(new Problem("urn:x", "title", status, code, detail, null, "r-1")));
  }

  @Test
  void aPinThatWasMadeIsNoFailureWhereTheFreezesAreNotAnswered() {
    refuses("/api/v1/freezes", 503, "STORE", "the store does not answer");
    assertThat(session.run("pin grep-1 fix --for 2h --reason x"))
        .startsWith("0\ngrep-1 ran main at 3f2a91c, is pinned to fix")
        .doesNotContain("! ");
    assertThat(session.run("pin grep-1 fix --for 2h --reason x -o json")).startsWith("0\n{");
  }

  @Test
  void rollbackChecksWhatItIsGiven() {
    session.shows(
        "rollback main",
        2,
        """
        ! --reason TEXT is missing: why; others read it
        """);
    session.shows(
        "rollback main --end --reason x",
        2,
        """
        ! --end stands alone
        """);
    session.shows(
        "rollback gone --reason x",
        4,
        """
        ! nothing was pushed to a branch gone
        """);
  }
}
