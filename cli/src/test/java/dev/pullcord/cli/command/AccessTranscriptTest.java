package dev.pullcord.cli.command;

import dev.pullcord.cli.fake.Session;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verbs about invitations, tokens and the audit log print and refuse. */
@SuppressWarnings("NullAway.Init")
class AccessTranscriptTest {
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
  void anInvitationIsShownOnce() {
    session.shows(
        "invite",
        0,
        """
        for one node, ends in 1h 0m
        pcj1_token
        on the new node, which asks for the token:
          pullcord-agent join https://c:8421 # Request[namePattern=null, labels=null, refs=null, \
        uses=null, ttl=null]
        """);
    session.shows(
        "invite --uses 3 --ref prod --label role=grep --name-pattern grep-*",
        0,
        """
        for 3 nodes, ends in 1h 0m
        pcj1_token
        on the new node, which asks for the token:
          pullcord-agent join https://c:8421 # Request[namePattern=grep-*, labels={role=grep}, \
        refs=[prod], uses=3, ttl=null]
        ! there is no branch prod
        """);
    session.shows(
        "invite -o json",
        0,
        """
        {"token":"pcj1_token","expiresAt":"2026-01-01T13:00:00Z","command":"pullcord-agent join \
        https://c:8421 # Request[namePattern=null, labels=null, refs=null, uses=null, ttl=null]"}
        """);
    session.shows(
        "invite --uses 0",
        2,
        """
        ! --uses 0: 1 to 1000 expected
        """);
    session.shows(
        "invite --ttl tomorrow",
        2,
        """
        ! --ttl: "tomorrow" is not a duration: a number and a unit expected, like 20ms, 30s, 5m, \
        2h or 7d
        """);
  }

  @Test
  void invitationsAreListedAndRevoked() {
    session.shows(
        "invite",
        0,
        """
        for one node, ends in 1h 0m
        pcj1_token
        on the new node, which asks for the token:
          pullcord-agent join https://c:8421 # Request[namePattern=null, labels=null, refs=null, \
        uses=null, ttl=null]
        """);
    session.shows(
        "invitations",
        0,
        """
        ID                NAMES  LABELS  FOLLOWS  LEFT    EXPIRES   BY
        0000000000000001  any    -       main     1 of 1  in 1h 0m  ann
        """);
    session.shows(
        "invitations -o json",
        0,
        """
        {"invitations":[{"id":"0000000000000001","state":"open","createdBy":"ann",\
        "namePattern":null,"labels":{},"refs":["main"],"uses":1,"usesLeft":1,\
        "expiresAt":"2026-01-01T13:00:00Z"}]}
        """);
    session.shows(
        "invitations revoke 0000000000000001",
        2,
        """
        ! there is no terminal to ask on: give --yes
        """);
    session.shows(
        "invitations revoke 0000000000000001 --yes",
        0,
        """
        revoked 0000000000000001; nodes that joined with it stay
        """);
    session.shows(
        "invitations revoke 0000000000000002 --yes -o json",
        4,
        """
        ! INVITATION_MISSING: there is no invitation with that id
        """);
    session.shows(
        "invitations revoke 0000000000000009 --yes",
        4,
        """
        ! INVITATION_MISSING: there is no invitation with that id
        """);
  }

  @Test
  void noInvitationIsALine() {
    session.shows(
        "invitations",
        0,
        """
        no invitation; pullcord invite makes one
        """);
  }

  @Test
  void aTokenIsShownOnce() {
    session.shows(
        "tokens",
        0,
        """
        NAME  ROLE  MADE  EXPIRES  BY
        """);
    session.shows(
        "tokens create ci --role viewer --ttl 90d",
        0,
        """
        for ci (viewer), does not expire; shown once:
        pct_made
        whoever gets it runs this, which asks for the token:
          pullcord login https://SERVER
        """);
    session.shows(
        "tokens create ann --role admin -o json",
        0,
        """
        {"name":"ann","role":"admin","token":"pct_made","expiresAt":null}
        """);
    session.shows(
        "tokens create bob",
        2,
        """
        ! pullcord: Missing required option: '--role=ROLE' (pullcord tokens create --help)
        """);
    session.shows(
        "tokens create bob --role viewer --ttl soon",
        2,
        """
        ! --ttl: "soon" is not a duration: a number and a unit expected, like 20ms, 30s, 5m, 2h \
        or 7d
        """);
    session.shows(
        "tokens",
        0,
        """
        NAME  ROLE    MADE      EXPIRES  BY
        ci    viewer  just now  never    ann
        ann   admin   just now  never    ann
        """);
    session.shows(
        "tokens -o json",
        0,
        """
        {"tokens":[{"name":"ci","role":"viewer","createdBy":"ann",\
        "createdAt":"2026-01-01T12:00:00Z","expiresAt":null},{"name":"ann","role":"admin",\
        "createdBy":"ann","createdAt":"2026-01-01T12:00:00Z","expiresAt":null}]}
        """);
  }

  @Test
  void aTokenIsRevokedOnlyWhenSomebodySaysYes() {
    session.shows(
        "tokens create ci --role viewer",
        0,
        """
        for ci (viewer), does not expire; shown once:
        pct_made
        whoever gets it runs this, which asks for the token:
          pullcord login https://SERVER
        """);
    session.shows(
        "tokens create ann --role admin",
        0,
        """
        for ann (admin), does not expire; shown once:
        pct_made
        whoever gets it runs this, which asks for the token:
          pullcord login https://SERVER
        """);
    session.shows(
        "tokens revoke ci",
        2,
        """
        ! there is no terminal to ask on: give --yes
        """);
    session.shows(
        "tokens revoke ci --yes",
        0,
        """
        revoked ci; browsers that signed in with it are signed out
        """);
    session.shows(
        "tokens revoke ann --yes -o json",
        0,
        """
        {"revoked":"ann"}
        """);
    session.shows(
        "tokens revoke nobody --yes",
        4,
        """
        ! TOKEN_MISSING: there is no token of that name
        """);
  }

  @Test
  void theAuditLogIsNewestFirst() {
    session.shows(
        "audit",
        0,
        """
        WHEN       FROM          WHAT
        30s ago    api 10.0.0.7  a push by bob to main was refused: REF_NON_FF
        1m 0s ago  api 10.0.0.7  ann pinned beat-1 to v1 for 2h: trying
        """);
    session.shows(
        "audit -n 1",
        0,
        """
        WHEN     FROM          WHAT
        30s ago  api 10.0.0.7  a push by bob to main was refused: REF_NON_FF
        """);
    session.shows(
        "audit -n 1 -o json",
        0,
        """
        {"records":[{"id":2,"at":"2026-01-01T11:59:30Z","who":"bob","way":"api",\
        "address":"10.0.0.7","action":"pin","on":"main","before":null,"after":null,\
        "refused":true,"times":1,"text":"a push by bob to main was refused: REF_NON_FF"}],\
        "next":"2"}
        """);
    session.shows(
        "audit --who nobody",
        0,
        """
        no record is like that
        """);
    session.shows(
        "audit -n 0",
        2,
        """
        ! --limit 0: 1 to 10000 expected
        """);
  }

  @Test
  void whatIsMistypedIsNamedWithWhatWasMeant() {
    session.shows(
        "statsu",
        2,
        """
        ! pullcord: no verb statsu; did you mean status? (pullcord --help)
        """);
    session.shows(
        "status --wathc",
        2,
        """
        ! pullcord: not understood: --wathc; did you mean --watch? (pullcord status --help)
        """);
    session.shows(
        "node grep-1 grep-2",
        2,
        """
        ! pullcord: not understood: grep-2; did you mean remove? (pullcord node --help)
        """);
  }
}
